import type { Reach } from '@tianyan/access';
import { rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { isFindingWithin } from '../finding-reach.js';
import type { Precision } from '../precision/precision.js';
import { isShown } from '../rule-sets/shadow.js';

/** What a rule brings to the risk of its findings. */
export interface RuleRisk {
  /** Share of its findings that are taken to be right, in thousandths; see {@link expectedPermille}. */
  permille: number;
}

/** Of rules, by id; one that is missing counts as one that nobody has checked. */
export function risksOf(precisions: ReadonlyMap<string, Precision>): ReadonlyMap<string, RuleRisk> {
  return new Map([...precisions].map(([ruleId, precision]) => [ruleId, { permille: expectedPermille(precision) }]));
}

/** In published runs one doubt in ten was confirmed: what is taken for granted of a rule that nobody has checked … */
const PRIOR_CONFIRMED = 1;
/** … as if so many of its findings had been checked. A handful of checks moves it a little, dozens move it much. */
const PRIOR_CHECKED = 10;

/** The share that is right, drawn towards one in ten while few were checked; thousandths, never 0. */
export function expectedPermille(precision: Pick<Precision, 'confirmed' | 'checked'> | undefined): number {
  const { confirmed, checked } = precision ?? { confirmed: 0, checked: 0 };
  return Math.max(1, Math.round((1_000 * (confirmed + PRIOR_CONFIRMED)) / (checked + PRIOR_CHECKED)));
}

/** From here on a finding is red, and yellow: a severe finding of a rule that nobody has checked, and a medium one of half its share. */
export const RED_RISK = 4_000;
export const YELLOW_RISK = 1_000;

export type Tier = 'red' | 'yellow';

export function tierOf(risk: number): Tier | null {
  return risk >= RED_RISK ? 'red' : risk >= YELLOW_RISK ? 'yellow' : null;
}

/**
 * Expected share of the rule of `f`, in thousandths. More than 0: within one rule the order by risk is the order by `stake`.
 * @param rules placeholder of {@link riskParameter}
 */
export function permilleSql(rules: string): string {
  return `coalesce((${rules}::jsonb -> f.rule_id ->> 'permille')::int, ${expectedPermille(undefined)})`;
}

/**
 * Risk of `finding f`, a whole number: what is at stake (its severity × its amount, the column `stake`) × what is expected of its rule by who asks.
 * @param rules placeholder of {@link riskParameter}
 */
export function riskSql(rules: string): string {
  return `(f.stake * ${permilleSql(rules)})::bigint`;
}

export function riskParameter(rules: ReadonlyMap<string, RuleRisk>): string {
  return JSON.stringify(Object.fromEntries(rules));
}

const riskSchema = z.object({ id: z.string(), risk: z.int() });

/** The risk of findings that were found within somebody's reach. */
export class FindingRisks {
  constructor(private readonly pool: Pool) {}

  async of(
    reach: Reach,
    findingIds: readonly string[],
    rules: ReadonlyMap<string, RuleRisk>,
  ): Promise<ReadonlyMap<string, number>> {
    if (findingIds.length === 0) return new Map();
    const found = await rows(
      this.pool,
      riskSchema,
      `SELECT f.id, ${riskSql('$2')} AS risk FROM finding f WHERE f.id = ANY($1) AND ${isFindingWithin('f', '$3')} AND ${isShown('f')}`,
      [findingIds, riskParameter(rules), reach.parameter],
    );
    return new Map(found.map(({ id, risk }) => [id, risk]));
  }
}
