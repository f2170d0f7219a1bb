import { builtInCatalogue } from '@tianyan/contracts';
import type { EvaluationGroup, OpenLoad } from '@tianyan/findings';
import { seededRng, type Rng } from '@tianyan/kernel';
import { rows } from '@tianyan/postgres';
import { z } from 'zod';
import type { Databases, makeCorrelator } from '../../apps/correlator/src/correlator.test-fixture.js';
import type { Divergence } from './compare.js';
import { historyOfScope } from './county.js';

/** Draws of its own, so that a world with a seed is otherwise what it was without loads. */
const SEED_OF_LOADS = 0x10ad;
const BEGINS = 0.5;
const BELONGS = 0.6;

const changeSchema = z.object({ seq: z.int(), rule_id: z.string(), scope: z.string(), event: z.string(), at_ms: z.int() });

type Correlator = Pick<ReturnType<typeof makeCorrelator>, 'register' | 'loadJudge' | 'loadScopes' | 'pipeline'>;

/**
 * Loads announced while a world runs: some of the records that arrive belong to one, over several steps. Until it is judged,
 * no finding may change where it has touched.
 */
export class LoadsOfWorld {
  private readonly rng: Rng;
  private open: OpenLoad | null = null;
  /** What it had touched at the end of a step, and the last change that any finding had seen by then. */
  private waiting: { scopes: ReadonlySet<string>; lastSeq: number } | null = null;

  constructor(
    private readonly input: {
      seed: number;
      databases: Databases;
      correlator: () => Correlator | undefined;
      groups: () => readonly EvaluationGroup[];
    },
  ) {
    this.rng = seededRng(input.seed ^ SEED_OF_LOADS);
  }

  async perhapsBegin(): Promise<void> {
    const correlator = this.input.correlator();
    if (this.open || !correlator || this.rng.next() >= BEGINS) return;
    const types = builtInCatalogue.all().map(({ type }) => type);
    this.open = { id: await correlator.register.begin({ kind: 'upload', source: 's', feed: 'f', types }), types };
  }

  /** The load that the next record to arrive belongs to. */
  ofNextRecord(): string | null {
    return this.open && this.rng.next() < BELONGS ? this.open.id : null;
  }

  /** Changes since the end of the last step where the open load had touched by then; to be asked at the end of each step. */
  async changedWhileWaiting(step: number): Promise<readonly Divergence[]> {
    const correlator = this.input.correlator();
    if (!this.open || !correlator) return [];
    const { pool } = this.input.databases;
    const changes = await rows(
      pool,
      changeSchema,
      `SELECT h.seq, f.rule_id, f.scope, h.event, h.at_ms FROM finding_history h JOIN finding f ON f.id = h.finding_id WHERE h.seq > $1 ORDER BY h.seq`,
      [this.waiting?.lastSeq ?? 0],
    );
    const scopes = await this.touched(correlator, this.open);
    // What the load itself has brought into a scope stands in the log for good. What only reached it over a link is gone from it when the
    // record that it was linked to has left: then the answer rests on nothing of the load any more, and may change.
    const waited = (key: string) => this.waiting?.scopes.has(key) === true && scopes.has(key);
    const early = changes.filter((row) => waited(`${row.rule_id}\n${row.scope}`));
    this.waiting = {
      scopes,
      lastSeq: changes.at(-1)?.seq ?? this.waiting?.lastSeq ?? 0,
    };
    return early.map(({ rule_id: ruleId, scope, event, at_ms: nowMs }) => ({
      between: 'load' as const,
      ruleId,
      scope,
      history: historyOfScope(scope),
      stored: event,
      oracle: 'waits for a load',
      step,
      nowMs,
    }));
  }

  /** Everything has been written and announced. */
  async endAndJudge(): Promise<void> {
    const correlator = this.input.correlator();
    if (!this.open || !correlator) return;
    await correlator.register.end(this.open.id);
    const judged = await correlator.loadJudge.round();
    if (judged !== 1) throw new Error(`${judged} loads judged instead of one`);
    this.open = null;
    this.waiting = null;
    while ((await correlator.pipeline.wakeDue()) + (await correlator.pipeline.judgeLate()) > 0);
  }

  /** As rule and scope. */
  private async touched({ loadScopes }: Correlator, load: OpenLoad): Promise<ReadonlySet<string>> {
    const touched = new Set<string>();
    for (const group of this.input.groups()) {
      const scopes = await loadScopes.all(load, group, Number.POSITIVE_INFINITY);
      for (const scope of scopes ?? []) for (const { id } of group.rules) touched.add(`${id}\n${scope}`);
    }
    return touched;
  }
}
