import type { LandedBatch } from '@tianyan/contracts';
import type { EpochMs } from '@tianyan/kernel';
import { execute, inTransaction, rows, type ClientBase, type Pool } from '@tianyan/postgres';
import { MAX_COHORTS_PER_CALL } from '@tianyan/rules';
import { z } from 'zod';
import { takeCommitLock } from '../commit-lock.js';
import type { Evaluator } from '../evaluator.js';
import type { OpenLoads } from '../loads/open-loads.js';
import type { EvaluationGroup } from '../ports.js';
import type { SweepLog } from '../sweep-log.js';
import type { CohortReader } from './cohort-reader.js';

/** What a commit notes of one rule: `cohorts` were touched, null: nobody can say which, or they are too many. */
export interface CohortTouch {
  ruleId: string;
  cohorts: readonly string[] | null;
}

/** What of a rule is to be judged at an instant. */
export interface UnjudgedCohorts {
  /** Null: all. */
  cohorts: readonly string[] | null;
  nowMs: EpochMs;
  /** The highest that was known before anything was read. */
  mark: number;
}

const touchedSchema = z.object({ is_all: z.boolean(), cohort: z.string(), mark: z.int() });

/**
 * Which cohorts have been touched since they were last judged. It is noted in the transaction of the offsets of the announcements that touched them, so that
 * nothing is forgotten, and taken back when they have been judged.
 */
export class TouchedCohorts {
  constructor(
    private readonly parts: {
      pool: Pool;
      cohortReader: Pick<CohortReader, 'begun'>;
      log: Pick<SweepLog, 'lastJudgedNowMs'>;
      loads: Pick<OpenLoads, 'unjudged'>;
    },
  ) {}

  /** Of the one rule of a group that has cohorts: those touched, and those of which records have begun to exist, or a period is over, since it was last judged. */
  async unjudged(group: EvaluationGroup, nowMs: EpochMs): Promise<UnjudgedCohorts> {
    const { loads, log, cohortReader } = this.parts;
    const [rule] = group.rules;
    if (!rule || !group.cohorts) throw new TypeError(`${group.groupId} has no cohorts`);
    // Before the marks: a load is noted as judged after it has left its mark.
    const loading = new Set((await loads.unjudged()).flatMap(({ types }) => types));
    const lastMs = await log.lastJudgedNowMs(rule.id);
    const { mark, touched } = await this.marked(rule.id);
    const all = { cohorts: null, nowMs, mark };
    if (touched === null || group.recordTypes.some((type) => loading.has(type))) return all;
    // Nobody has judged it, or by a clock that has been put back since: what exists is another thing.
    if (lastMs === null || lastMs > nowMs) return all;
    const begun = await cohortReader.begun(group.cohorts, { afterMs: lastMs, untilMs: nowMs }, MAX_COHORTS_PER_CALL);
    const cohorts = begun && new Set([...touched, ...begun]);
    return cohorts && cohorts.size <= MAX_COHORTS_PER_CALL ? { cohorts: [...cohorts], nowMs, mark } : all;
  }

  /**
   * Takes back what had been noted by then, and has been judged by a sweep. Not where another sweep of the rule was under way beside it: that one may store what it
   * had read before, and the next turn has to look again.
   */
  async judged(ruleId: string, { mark }: Pick<UnjudgedCohorts, 'mark'>, sweepId: string): Promise<void> {
    await inTransaction(this.parts.pool, async (client) => {
      await takeCommitLock(client);
      await execute(
        client,
        `DELETE FROM finding_touched_cohort WHERE rule_id = $1 AND mark <= $2 AND NOT EXISTS (
           SELECT 1 FROM finding_sweep own JOIN finding_sweep other ON other.id <> own.id AND other.rule_ids @> ARRAY[$1]
           WHERE own.id = $3 AND (other.state = 'running' OR other.finished_at_ms >= own.started_at_ms))`,
        [ruleId, mark, sweepId],
      );
    });
  }

  private async marked(ruleId: string): Promise<{ mark: number; touched: readonly string[] | null }> {
    const touched = await rows(
      this.parts.pool,
      touchedSchema,
      // The mark is that of all rows, also of those beyond the limit.
      'SELECT is_all, cohort, max(mark) OVER () AS mark FROM finding_touched_cohort WHERE rule_id = $1 ORDER BY is_all DESC LIMIT $2',
      [ruleId, MAX_COHORTS_PER_CALL + 1],
    );
    const isAll = touched.length > MAX_COHORTS_PER_CALL || touched.some(({ is_all }) => is_all);
    return { mark: touched[0]?.mark ?? 0, touched: isAll ? null : touched.map(({ cohort }) => cohort) };
  }
}

type Landed = Pick<LandedBatch, 'batch' | 'type' | 'keys' | 'records'>;

/** Who says what batches have touched. */
interface Asked {
  evaluator: Pick<Evaluator, 'touched'>;
  cohortReader: Pick<CohortReader, 'knownBatches'>;
}

/** What is to be noted of landed batches, of the groups that have cohorts. */
export function cohortsTouchedBy(
  asked: Asked,
  groups: readonly EvaluationGroup[],
  landed: readonly Landed[],
): Promise<readonly CohortTouch[]> {
  return cohortTouches(groups, (group, cohorts) => touchedOf(asked, group, cohorts, landed));
}

/** What is to be noted of the groups that have cohorts. @param touched which were; null: nobody can say, or they are too many */
export async function cohortTouches(
  groups: readonly EvaluationGroup[],
  touched: (group: EvaluationGroup, cohorts: NonNullable<EvaluationGroup['cohorts']>) => Promise<readonly string[] | null>,
): Promise<readonly CohortTouch[]> {
  const touches: CohortTouch[] = [];
  for (const group of groups) {
    const [rule] = group.rules;
    if (!rule || !group.cohorts) continue;
    const cohorts = await touched(group, group.cohorts);
    if (cohorts?.length !== 0) touches.push({ ruleId: rule.id, cohorts });
  }
  return touches;
}

async function touchedOf(
  { evaluator, cohortReader }: Asked,
  { recordTypes }: EvaluationGroup,
  { touched, touchedByKeys }: NonNullable<EvaluationGroup['cohorts']>,
  landed: readonly Landed[],
): Promise<readonly string[] | null> {
  const found = new Set<string>();
  for (const [type, announced] of Map.groupBy(landed, (batch) => batch.type)) {
    if (!recordTypes.includes(type)) continue;
    const areSaid =
      touchedByKeys(
        type,
        announced.flatMap(({ keys = [] }) => keys),
      ) !== null;
    const byLog = announced.filter(({ keys, records }) => records > 0 && !(areSaid && keys)).map(({ batch }) => batch);
    const known = await cohortReader.knownBatches(type, byLog);
    // The log knows nothing of a batch that has records: whatever it was, it may have touched any.
    if (byLog.some((batch) => !known.has(batch))) return null;
    for (const key of await evaluator.touched({ recordTypes, touched, touchedByKeys }, type, announced)) found.add(key);
  }
  return found.size > MAX_COHORTS_PER_CALL ? null : [...found];
}

/** In a transaction that holds the commit lock. */
export async function writeTouchedCohorts(client: ClientBase, touches: readonly CohortTouch[]): Promise<void> {
  const pairs = touches.flatMap(({ ruleId, cohorts }) =>
    (cohorts ?? ['']).map((cohort) => ({ ruleId, isAll: cohorts === null, cohort })),
  );
  if (pairs.length === 0) return;
  await execute(
    client,
    `INSERT INTO finding_touched_cohort (rule_id, is_all, cohort, mark)
     SELECT rule_id, is_all, cohort, nextval('finding_touched_cohort_mark') FROM unnest($1::text[], $2::boolean[], $3::text[]) AS r (rule_id, is_all, cohort)
     ON CONFLICT (rule_id, is_all, cohort) DO UPDATE SET mark = excluded.mark`,
    [pairs.map(({ ruleId }) => ruleId), pairs.map(({ isAll }) => isAll), pairs.map(({ cohort }) => cohort)],
  );
}
