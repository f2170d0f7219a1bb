import type { Reach } from '@tianyan/access';
import { rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { isFindingWithin } from '../finding-reach.js';
import { isShown } from '../rule-sets/shadow.js';
import { SAMPLE_COLUMNS, sampleSchema } from './sample-rows.js';
import { TRIAL_CHANGE_SAMPLES, type TrialPeriod, type TrialSample } from './trial.js';

/**
 * Findings with which a trial is compared. They stand in memory, some dozens of bytes each; a rule that finds more is of no use to
 * anybody, and is then not compared.
 */
export const MAX_COMPARED_FINDINGS = 200_000;

const scopeSchema = z.object({ scope: z.string() });

/** Findings that the data support now, whatever people have decided about them. */
export class StandingFindings {
  constructor(private readonly pool: Pool) {}

  /** The scopes that a rule finds now, of problems that came about in the period; null where there are more than {@link MAX_COMPARED_FINDINGS}. */
  async scopes(reach: Reach, ruleId: string, period: TrialPeriod | null = null): Promise<Set<string> | null> {
    const found = await rows(
      this.pool,
      scopeSchema,
      `SELECT f.scope FROM finding f WHERE f.rule_id = $1 AND f.holds AND ${isShown('f')} AND ${isFindingWithin('f', '$2')}
         AND ($3::bigint IS NULL OR f.occurred_at_ms >= $3) AND ($4::bigint IS NULL OR f.occurred_at_ms < $4) LIMIT ${MAX_COMPARED_FINDINGS + 1}`,
      [ruleId, reach.parameter, period?.fromMs ?? null, period?.beforeMs ?? null],
    );
    return found.length > MAX_COMPARED_FINDINGS ? null : new Set(found.map(({ scope }) => scope));
  }

  /** The newest of the findings of these scopes. */
  async samples(reach: Reach, ruleId: string, scopes: ReadonlySet<string>): Promise<TrialSample[]> {
    return rows(
      this.pool,
      sampleSchema,
      `SELECT ${SAMPLE_COLUMNS} FROM finding f
       WHERE f.rule_id = $1 AND f.scope = ANY($2) AND ${isShown('f')} AND ${isFindingWithin('f', '$3')}
       ORDER BY f.occurred_at_ms DESC, f.id DESC LIMIT ${TRIAL_CHANGE_SAMPLES}`,
      [ruleId, [...scopes], reach.parameter],
    );
  }
}
