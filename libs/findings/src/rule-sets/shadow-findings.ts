import type { Reach } from '@tianyan/access';
import { CHINA_OFFSET_MS } from '@tianyan/kernel';
import { row, rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { isFindingWithin } from '../finding-reach.js';
import { SAMPLE_COLUMNS, sampleSchema } from '../trials/sample-rows.js';
import { TRIAL_MONTHS, TRIAL_SAMPLES, TRIAL_TOWNSHIPS, type TrialSample } from '../trials/trial.js';
import { shadowIdOf } from './shadow.js';

/** What a rule in shadow has found by now, within the reach of who asks. */
export interface ShadowFindings {
  /** That the data support now. */
  holds: number;
  /** Of them, those whose scope the rule that speaks finds as well. */
  alsoLive: number;
  /** Findings of the rule that speaks which the shadow does not have. */
  onlyLive: number;
  /** China months of `occurredAt` with findings, `YYYY-MM`, newest first, at most {@link TRIAL_MONTHS}. */
  perMonth: readonly { key: string; count: number }[];
  /** By township code, empty for those without one; most first. */
  perTownship: readonly { key: string; count: number }[];
  /** The newest. */
  samples: readonly TrialSample[];
}

const figuresSchema = z.object({ holds: z.int(), also_live: z.int(), only_live: z.int() });
const countSchema = z.object({ key: z.string(), count: z.int() });

/** The only reads of findings in shadow: the page of their rule. */
export class ShadowQueries {
  constructor(private readonly pool: Pool) {}

  async of(reach: Reach, ruleId: string): Promise<ShadowFindings> {
    const within = isFindingWithin('f', '$2');
    const values = [shadowIdOf(ruleId), reach.parameter];
    const {
      holds,
      also_live: alsoLive,
      only_live: onlyLive,
    } = await row(
      this.pool,
      figuresSchema,
      `SELECT count(*) FILTER (WHERE f.shadow) AS holds,
         count(*) FILTER (WHERE f.shadow AND EXISTS (SELECT FROM finding o WHERE o.rule_id = $3 AND o.scope = f.scope AND o.holds)) AS also_live,
         count(*) FILTER (WHERE NOT f.shadow AND NOT EXISTS (SELECT FROM finding o WHERE o.rule_id = $1 AND o.scope = f.scope AND o.holds)) AS only_live
       FROM finding f WHERE f.rule_id IN ($1, $3) AND f.holds AND ${within}`,
      [...values, ruleId],
    );
    const where = `f.rule_id = $1 AND f.holds AND ${within}`;
    const perMonth = await rows(
      this.pool,
      countSchema,
      `SELECT to_char(to_timestamp((f.occurred_at_ms + ${CHINA_OFFSET_MS}) / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM') AS key, count(*) AS count
       FROM finding f WHERE ${where} GROUP BY 1 ORDER BY 1 DESC LIMIT ${TRIAL_MONTHS}`,
      values,
    );
    const perTownship = await rows(
      this.pool,
      countSchema,
      `SELECT coalesce(f.township_code, '') AS key, count(*) AS count FROM finding f WHERE ${where}
       GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${TRIAL_TOWNSHIPS}`,
      values,
    );
    const samples = await rows(
      this.pool,
      sampleSchema,
      `SELECT ${SAMPLE_COLUMNS} FROM finding f WHERE ${where}
       ORDER BY f.occurred_at_ms DESC, f.id DESC LIMIT ${TRIAL_SAMPLES}`,
      values,
    );
    return { holds, alsoLive, onlyLive, perMonth, perTownship, samples };
  }
}
