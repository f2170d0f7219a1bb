import type { Reach } from '@tianyan/access';
import type { EpochMs } from '@tianyan/kernel';
import { rows, type Pool, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';
import { IMPROVEMENT_KINDS, type ImprovementKind } from '../api/circular-words.js';
import { historiesOf, isUnbroken, type StoredStep } from '../step-history.js';
import { improvementFactsOf, improvementStepSchema, type ImprovementFacts, type ImprovementStep } from './improvement-facts.js';
import { IMPROVEMENT_COLUMNS, improvementSchema, isImprovementSeen, type Improvement } from './improvement-rows.js';

export interface ImprovementDetail {
  item: Improvement;
  facts: ImprovementFacts;
  /** Oldest first. */
  steps: readonly StoredStep<ImprovementStep>[];
  unbroken: boolean;
}

export interface ImprovementFilter {
  unitCode?: string;
  /** County time at which it was counted, the end excluded. */
  fromMs?: EpochMs;
  toMs?: EpochMs;
}

export interface ImprovementCounts {
  total: number;
  byKind: ReadonlyMap<ImprovementKind, number>;
}

/** What statistics ask: how many systems were built or improved, of those that somebody has checked. */
export interface ImprovementFigures {
  counts: (reach: Reach, filter: ImprovementFilter) => Promise<ImprovementCounts>;
}

const countSchema = z.object({ kind: z.enum(IMPROVEMENT_KINDS), count: z.int() });

export class ImprovementQueries implements ImprovementFigures {
  constructor(private readonly pool: Pool) {}

  async counts(reach: Reach, { unitCode, fromMs, toMs }: ImprovementFilter): Promise<ImprovementCounts> {
    const found = await rows(
      this.pool,
      countSchema,
      `SELECT i.kind, count(*)::int AS count FROM supervision_improvement i
       WHERE i.state = 'counted' AND ${isImprovementSeen('$1', '$2')} AND ($3::text IS NULL OR i.unit_code = $3)
         AND ($4::bigint IS NULL OR i.counted_at_ms >= $4) AND ($5::bigint IS NULL OR i.counted_at_ms < $5) GROUP BY i.kind`,
      [reach.parameter, reach.userId, unitCode ?? null, fromMs ?? null, toMs ?? null],
    );
    return {
      total: found.reduce((sum, { count }) => sum + count, 0),
      byKind: new Map(IMPROVEMENT_KINDS.map((kind) => [kind, found.find((one) => one.kind === kind)?.count ?? 0])),
    };
  }
}

/** Of a circular that the caller has found within reach; `unitCodes`: of those units alone. */
export async function improvementsOf(
  db: Queryable,
  circularId: string,
  unitCodes: readonly string[] | null,
): Promise<readonly ImprovementDetail[]> {
  const items = await rows(
    db,
    improvementSchema,
    `SELECT ${IMPROVEMENT_COLUMNS} FROM supervision_improvement i WHERE i.circular_id = $1 AND ($2::text[] IS NULL OR i.unit_code = ANY($2))
     ORDER BY i.unit_code, i.reported_at_ms, i.document_number, i.id`,
    [circularId, unitCodes],
  );
  const histories = await historiesOf(db, { kind: 'improvement', ids: items.map(({ id }) => id) }, improvementStepSchema);
  return items.map((item) => {
    const steps = histories.get(item.id) ?? [];
    const owner = { kind: 'improvement', id: item.id } as const;
    return { item, facts: improvementFactsOf(steps), steps, unbroken: isUnbroken(owner, steps, item.headHash) };
  });
}
