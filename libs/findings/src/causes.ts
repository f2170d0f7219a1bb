import { MAX_TRACES, type LandedBatch } from '@tianyan/contracts';
import type { WarehouseReader } from '@tianyan/warehouse';
import { z } from 'zod';
import type { EvaluatedScopes, FindingStore } from './finding-store.js';
import type { Cause, CauseRecord } from './model.js';
import type { EvaluationGroup } from './ports.js';

/** Why scopes are evaluated now. */
export type Occasion =
  | { kind: 'records'; landed: readonly Pick<LandedBatch, 'batch' | 'type' | 'traces'>[] }
  | { kind: 'time' }
  | { kind: 'sweep'; sweepId: string };

/** Records named per finding: a person wants to know which correction it was, not to read a whole import. */
export const MAX_CAUSE_RECORDS = 20;
/** Batches named per finding; during a first load hundreds are taken together, and the records say which one it was. */
const MAX_CAUSE_BATCHES = 20;

const rowSchema = z.object({
  scope: z.string(),
  id: z.string(),
  version: z.coerce.number(),
  streamOffset: z.coerce.number(),
  hash: z.string(),
  atMs: z.coerce.number(),
  deleted: z.coerce.boolean(),
  batch: z.string(),
});

/** Where the records of these batches came from; at most {@link MAX_TRACES}. */
export function namedTraces(landed: readonly Pick<LandedBatch, 'traces'>[]): string[] {
  return [...new Set(landed.flatMap(({ traces }) => traces ?? []))].slice(0, MAX_TRACES);
}

/** Finds the records behind a change, so that a withdrawal can say which correction withdrew it. */
export class CauseFinder {
  constructor(private readonly input: { warehouse: WarehouseReader; store: Pick<FindingStore, 'supported'> }) {}

  /** Looks records up only for findings that are about to lose their support: there are few, and there it matters. */
  async find(occasion: Occasion, evaluated: readonly EvaluatedScopes[]): Promise<(ruleId: string, scope: string) => Cause> {
    if (occasion.kind !== 'records') return () => occasion;
    const batches = [...new Set(occasion.landed.map((landed) => landed.batch))].slice(0, MAX_CAUSE_BATCHES);
    const byKey = new Map<string, CauseRecord[]>();
    for (const part of evaluated) await this.collect(occasion.landed, part, byKey);
    return (ruleId, scope) => {
      const records = byKey.get(`${ruleId}\n${scope}`) ?? [];
      const named = records.length > 0 ? [...new Set(records.map((record) => record.batch))] : batches;
      const traces = namedTraces(occasion.landed.filter(({ batch }) => named.includes(batch)));
      return { kind: 'records', batches: named, records, ...(traces.length > 0 ? { traces } : {}) };
    };
  }

  private async collect(
    landed: readonly Pick<LandedBatch, 'batch' | 'type'>[],
    part: EvaluatedScopes,
    byKey: Map<string, CauseRecord[]>,
  ): Promise<void> {
    const { group, scopes, evaluations } = part;
    const hits = new Set(
      evaluations.filter((evaluation) => evaluation.hit).map((evaluation) => `${evaluation.ruleId}\n${evaluation.scope}`),
    );
    const supported = await this.input.store.supported(
      group.rules.map((rule) => rule.id),
      scopes,
    );
    const losing = supported.filter(([ruleId, scope]) => !hits.has(`${ruleId}\n${scope}`));
    if (losing.length === 0) return;
    const losingScopes = [...new Set(losing.map(([, scope]) => scope))];
    const records = await this.records(landed, group, losingScopes);
    for (const [ruleId, scope] of losing) byKey.set(`${ruleId}\n${scope}`, records.get(scope) ?? []);
  }

  private async records(
    landed: readonly Pick<LandedBatch, 'batch' | 'type'>[],
    group: EvaluationGroup,
    scopes: readonly string[],
  ): Promise<Map<string, CauseRecord[]>> {
    const byScope = new Map<string, CauseRecord[]>();
    for (const [type, announced] of Map.groupBy(landed, (item) => item.type)) {
      const query = group.touching(
        type,
        announced.map((item) => item.batch),
        scopes,
      );
      if (!query) continue;
      for (const row of await this.input.warehouse.rows<unknown>(query)) {
        const { scope, ...record } = rowSchema.parse(row);
        const named = byScope.get(scope) ?? [];
        if (named.length < MAX_CAUSE_RECORDS) byScope.set(scope, [...named, { type, ...record }]);
      }
    }
    return byScope;
  }
}
