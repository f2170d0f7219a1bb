import type { Reach } from '@tianyan/access';
import { rows, type Pool } from '@tianyan/postgres';
import { scopeKey, type RuleDefinition } from '@tianyan/rules';
import { z } from 'zod';
import { isFindingWithin } from '../finding-reach.js';
import { isShown } from '../rule-sets/shadow.js';
import { SAMPLE_COLUMNS, sampleSchema } from './sample-rows.js';
import { DECISION_SQL, NO_DECISIONS, TRIAL_DECISIONS, type DecisionCounts, type TrialDecision } from './trial-decisions.js';
import { TRIAL_CHANGE_SAMPLES, type TrialPeriod, type TrialSample } from './trial.js';

/**
 * Findings with which a trial is compared. They stand in memory, some dozens of bytes each; a rule that finds more is of no use to
 * anybody, and is then not compared.
 */
export const MAX_COMPARED_FINDINGS = 200_000;

/** Subjects of confirmed findings with which a trial is compared; they stand in memory. More have come of no county. */
const MAX_CONFIRMED_SUBJECTS = 50_000;

/** Placeholders 3 and 4: from, before; null: open. */
const OF_PERIOD = '($3::bigint IS NULL OR f.occurred_at_ms >= $3) AND ($4::bigint IS NULL OR f.occurred_at_ms < $4)';

const subjectSchema = z.object({ parts: z.array(z.string()) });
const storedSchema = z.object({ scope: z.string(), stands: z.boolean(), decision: z.enum(TRIAL_DECISIONS) });

const countSchema = z.object({ rule_id: z.string(), decision: z.enum(TRIAL_DECISIONS), standing: z.int(), compared: z.int() });

/** What a rule has found by now, by scope, with what people have found out of it. */
export interface StoredAnswers {
  /** That the data support now, of problems that came about in the period. */
  standing: ReadonlyMap<string, TrialDecision>;
  /** The others, as far as they may be found again. */
  others: ReadonlyMap<string, TrialDecision>;
}

export interface StandingCounts {
  /** That the data support now, by what people have found out of them. */
  standing: DecisionCounts;
  /** As many as {@link StandingFindings.answers} loads. */
  compared: number;
}

/** Of a `finding f`: what a rule would find is compared with it. */
const IS_COMPARED = `(f.holds OR f.status IN ('dismissed', 'promoted'))`;

/** Findings that the data support now, whatever people have decided about them, and those that people have decided about. */
export class StandingFindings {
  constructor(private readonly pool: Pool) {}

  /** Null where there are more than {@link MAX_COMPARED_FINDINGS}. */
  async answers(reach: Reach, ruleId: string, period: TrialPeriod | null = null): Promise<StoredAnswers | null> {
    const found = await rows(
      this.pool,
      storedSchema,
      `SELECT f.scope, f.holds AND ${OF_PERIOD} AS stands,
         ${DECISION_SQL} AS decision
       FROM finding f WHERE f.rule_id = $1 AND ${IS_COMPARED} AND ${isShown('f')}
         AND ${isFindingWithin('f', '$2')} LIMIT ${MAX_COMPARED_FINDINGS + 1}`,
      [ruleId, reach.parameter, period?.fromMs ?? null, period?.beforeMs ?? null],
    );
    if (found.length > MAX_COMPARED_FINDINGS) return null;
    const of = (isStanding: boolean) =>
      new Map(found.filter(({ stands }) => stands === isStanding).map(({ scope, decision }) => [scope, decision] as const));
    return { standing: of(true), others: of(false) };
  }

  /** How many there are of each of these rules; rules with none are missing. */
  async counts(reach: Reach, ruleIds: readonly string[]): Promise<ReadonlyMap<string, StandingCounts>> {
    const found = await rows(
      this.pool,
      countSchema,
      `SELECT f.rule_id, ${DECISION_SQL} AS decision, count(*) FILTER (WHERE f.holds) AS standing, count(*) AS compared FROM finding f
       WHERE f.rule_id = ANY($1) AND ${IS_COMPARED} AND ${isShown('f')} AND ${isFindingWithin('f', '$2')} GROUP BY 1, 2`,
      [[...ruleIds], reach.parameter],
    );
    const counts = new Map<string, StandingCounts>();
    for (const { rule_id: ruleId, decision, standing, compared } of found) {
      const known = counts.get(ruleId) ?? { standing: NO_DECISIONS, compared: 0 };
      counts.set(ruleId, { standing: { ...known.standing, [decision]: standing }, compared: known.compared + compared });
    }
    return counts;
  }

  /** The newest of the findings of these scopes. */
  async samples(reach: Reach, ruleId: string, scopes: Iterable<string>): Promise<TrialSample[]> {
    return rows(
      this.pool,
      sampleSchema,
      `SELECT ${SAMPLE_COLUMNS} FROM finding f
       WHERE f.rule_id = $1 AND f.scope = ANY($2) AND ${isShown('f')} AND ${isFindingWithin('f', '$3')}
       ORDER BY f.occurred_at_ms DESC, f.id DESC LIMIT ${TRIAL_CHANGE_SAMPLES}`,
      [ruleId, [...scopes], reach.parameter],
    );
  }

  /**
   * Things of the kind that the rule judges (the order, the contract …) of which a finding was confirmed that came about in the period, by the key that
   * the rule would give them; null where there are more than {@link MAX_CONFIRMED_SUBJECTS}.
   */
  async confirmed(reach: Reach, { scope }: RuleDefinition, period: TrialPeriod | null): Promise<Set<string> | null> {
    const found = await rows(
      this.pool,
      subjectSchema,
      `SELECT DISTINCT (SELECT array_agg(f.subjects ->> p.part ORDER BY p.n) FROM unnest($1::text[]) WITH ORDINALITY AS p (part, n)) AS parts
       FROM finding f WHERE f.status = 'promoted' AND f.subjects ?& $1::text[] AND ${isShown('f')} AND ${isFindingWithin('f', '$2')}
         AND ${OF_PERIOD}
       LIMIT ${MAX_CONFIRMED_SUBJECTS + 1}`,
      [[...scope], reach.parameter, period?.fromMs ?? null, period?.beforeMs ?? null],
    );
    return found.length > MAX_CONFIRMED_SUBJECTS ? null : new Set(found.map(({ parts }) => scopeKey(parts)));
  }
}
