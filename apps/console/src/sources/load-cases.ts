import type { Catalogue } from '@tianyan/contracts';
import type { LoadInProgress, LoadQueries } from '@tianyan/findings';
import { SECOND_MS } from '@tianyan/kernel';
import type { LoadList, Overview } from '../api/index.js';
import { LOAD_KIND_LABELS, loadState, loadTrouble, type LoadLimits } from './load-answers.js';
import type { ToldSources } from './told-sources.js';

/** Shorter loads are over before anybody has read of them; shown, they would make the page jump at every poll. */
const SHOWN_AFTER_MS = 10 * SECOND_MS;

/** Loads that are under way: why nothing has been found yet in what was just brought. */
export class LoadCases {
  constructor(
    private readonly parts: { loads: LoadQueries; sources: ToldSources; catalogue: Catalogue },
    private readonly limits: LoadLimits,
  ) {}

  async list(): Promise<LoadList> {
    const { loads, sources, catalogue } = this.parts;
    const shown = await this.shown();
    if (shown.length === 0) return { items: [] };
    const [landed, rows] = await Promise.all([loads.landedRecords(shown), sources.list()]);
    const labels = new Map(rows.map(({ name, label }) => [name, label]));
    return {
      items: shown.map((load) => ({
        id: load.id,
        source: load.source,
        sourceLabel: labels.get(load.source) ?? load.source,
        feed: load.feed,
        kindLabel: LOAD_KIND_LABELS[load.kind],
        typeLabels: load.types.map((type) => catalogue.find(type)?.label ?? type),
        state: loadState(load),
        beganAtMs: load.beganAtMs,
        recordCount: landed.get(load.id) ?? 0,
        trouble: loadTrouble(load, this.limits),
      })),
    };
  }

  async count(): Promise<Overview['loads']> {
    const shown = await this.shown();
    return { open: shown.length, troubled: shown.filter((load) => loadTrouble(load, this.limits) !== null).length };
  }

  private async shown(): Promise<readonly LoadInProgress[]> {
    return (await this.parts.loads.inProgress()).filter(({ openForMs }) => openForMs >= SHOWN_AFTER_MS);
  }
}
