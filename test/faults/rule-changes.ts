import { draftDetailSchema, publishedRuleAnswerSchema, ruleListSchema, ruleVersionListSchema } from '@tianyan/console-app/api';
import { integerBetween, seededRng, type Rng } from '@tianyan/kernel';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../product/api-client.js';
import type { FaultyCluster } from './cluster.js';

/** Rules that are published, changed and retired while everything falls; each with a figure that may be another for a while. */
const CHANGED: Readonly<Record<string, { from: string; to: string }>> = {
  'order-ping-pong': { from: 'unit: 次, value: 3', to: 'unit: 次, value: 2' },
  'repeated-complaint': { from: 'unit: 天, value: 90', to: 'unit: 天, value: 30' },
  'no-contact-in-time': { from: 'unit: 个工作日, value: 1', to: 'unit: 个工作日, value: 2' },
};
export const CHANGED_RULES = Object.keys(CHANGED).length;
const BETWEEN_MS = { min: 1_500, max: 8_000 };
const SETTLE_TIMEOUT_MS = 300_000;
const REASON = '故障测试中变更规则';

/**
 * Changes rules at random moments. The console or its stores may be away just then: such a change fails, or succeeds unseen,
 * and neither matters, because the end puts every rule back to the text it was shipped with.
 */
export class RuleChanges {
  private readonly rng: Rng;
  private readonly shipped = new Map<string, string>();
  private stopping = false;
  private running: Promise<void> = Promise.resolve();
  /** What came through, by kind. */
  readonly done = { published: 0, retired: 0, failed: 0 };

  constructor(
    private readonly cluster: FaultyCluster,
    seed: number,
  ) {
    this.rng = seededRng(seed);
  }

  async start(): Promise<void> {
    for (const [id, { from }] of Object.entries(CHANGED)) {
      const text = (await this.newest(id))?.yaml ?? '';
      if (!text.includes(from)) throw new Error(`${id} has no “${from}” any more`);
      this.shipped.set(id, text);
    }
    this.running = this.run();
  }

  stop(): void {
    this.stopping = true;
  }

  /** Resolves when every rule is judged by the text it was shipped with, under a version of its own. */
  async settle(): Promise<void> {
    this.stop();
    await this.running;
    for (const id of this.shipped.keys())
      await until(`${id} is published as it was`, SETTLE_TIMEOUT_MS, async () => {
        const sent = await this.publish(id, false).catch(() => null);
        return sent ?? undefined;
      });
    await until('every rule is live', SETTLE_TIMEOUT_MS, async () => {
      const { items } = await this.cluster.client.get('/api/rules', ruleListSchema).catch(() => ({ items: [] }));
      const changed = items.filter(({ id }) => this.shipped.has(id));
      return changed.length === this.shipped.size && changed.every(({ progress }) => progress === 'live') ? true : undefined;
    });
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      await pause(integerBetween(this.rng, BETWEEN_MS.min, BETWEEN_MS.max));
      const id = [...this.shipped.keys()][integerBetween(this.rng, 0, this.shipped.size - 1)] ?? '';
      const dice = this.rng.next();
      try {
        if (dice < 0.3) await this.retire(id);
        else await this.publish(id, dice < 0.7);
      } catch {
        // The console, or what it asks, is away; that is what these runs are about.
        this.done.failed++;
      }
    }
  }

  /** @returns the version */
  private async publish(id: string, altered: boolean): Promise<number> {
    const version = ((await this.newest(id))?.version ?? 0) + 1;
    const { from, to } = CHANGED[id] ?? { from: '', to: '' };
    const text = (this.shipped.get(id) ?? '').replace(/^version: \d+$/m, `version: ${version}`);
    // Its examples say what the shipped figures find; a change of figures is published without their being tried.
    const yaml = altered ? text.replace(from, to) : text;
    const { client, analyst } = this.cluster;
    const { id: draft, revision } = await analyst.post('/api/rules/drafts', { yaml, basedOn: null }, draftDetailSchema);
    const path = `/api/rules/drafts/${draft}`;
    await analyst.post(`${path}/submit`, { revision, reason: REASON, untriedReason: REASON }, draftDetailSchema);
    await client.post(`${path}/review`, { revision, verdict: 'approved', reason: REASON }, draftDetailSchema);
    await client.post(`${path}/publish`, { as: 'live', reason: REASON, untriedReason: REASON }, publishedRuleAnswerSchema);
    this.done.published++;
    return version;
  }

  private async retire(id: string): Promise<void> {
    const answer = await this.cluster.client.send('POST', `/api/rules/${id}/retire`, { reason: REASON });
    // Retired already.
    if (answer.status === 404 || answer.status === 409) return;
    if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
    this.done.retired++;
  }

  private async newest(id: string): Promise<{ version: number; yaml: string } | undefined> {
    const { items } = await this.cluster.client.get(`/api/rules/${id}/versions`, ruleVersionListSchema);
    return items.toSorted((a, b) => b.version - a.version)[0];
  }
}
