import { withinReach, type Reach } from '@tianyan/access';
import { rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import type { Precision } from '../precision/precision.js';
import { isShown } from '../rule-sets/shadow.js';

/** What a rule brings to the risk of its findings. */
export interface RuleRisk {
  /** Share of its findings that are taken to be right, in thousandths; see {@link expectedPermille}. */
  permille: number;
  /** Figure of its findings that says how much money is at stake, in fen; null: it names none. */
  amountFigure: string | null;
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
 * Risk of `finding f`, a whole number: weight of its severity (1, 2, 4) × expected share of the rule in thousandths × weight of the amount in
 * tenths. The amount weighs 1 up to 10,000 yuan or where there is none, and 1 more with each zero, up to 4 from 10 million on.
 * @param rules placeholder of {@link riskParameter}
 */
export function riskSql(rules: string): string {
  const figure = `(${rules}::jsonb -> f.rule_id ->> 'amountFigure')`;
  const fen = `CASE WHEN jsonb_typeof(f.figures -> ${figure}) = 'number' THEN (f.figures ->> ${figure})::numeric END`;
  const amount = `(10 + least(30, floor(10 * log(greatest(1, coalesce(${fen}, 0) / 1000000)))))`;
  return `((ARRAY[1, 2, 4])[f.severity] * coalesce((${rules}::jsonb -> f.rule_id ->> 'permille')::int, 100) * ${amount})::bigint`;
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
      `SELECT f.id, ${riskSql('$2')} AS risk FROM finding f WHERE f.id = ANY($1) AND ${withinReach('f.township_code', '$3')} AND ${isShown('f')}`,
      [findingIds, riskParameter(rules), reach.townshipCodes],
    );
    return new Map(found.map(({ id, risk }) => [id, risk]));
  }
}
