import type { Reach } from '@tianyan/access';
import { isSeen } from '@tianyan/cases';
import {
  CLUE_STATES,
  CLUE_VERDICTS,
  DISPOSALS,
  FORMS,
  type ClueState,
  type ClueVerdict,
  type Disposal,
  type Form,
} from '@tianyan/cases/api';
import { DECIDED_SQL, isFindingWithin, isShown, VERDICTS, type Verdict } from '@tianyan/findings';
import { CHINA_OFFSET_MS, type EpochMs } from '@tianyan/kernel';
import { rows, type Pool } from '@tianyan/postgres';
import { isRectificationSeen } from '@tianyan/supervision';
import { RECTIFICATION_STATES, type RectificationState } from '@tianyan/supervision/api';
import { z } from 'zod';

/** Where a problem lies: in a village, in a township but no village of it, or in neither (units of the county). */
export const LEVELS = ['village', 'township', 'county'] as const;
export type Level = (typeof LEVELS)[number];

export interface StatisticsRange {
  /** County clock, [fromMs, beforeMs). */
  fromMs: EpochMs;
  beforeMs: EpochMs;
  /** Null: all that lies within reach. */
  townshipCode: string | null;
}

export interface FindingStatistics {
  /** First found in the range, whatever became of them. */
  found: number;
  /** Of these, what the data have withdrawn. */
  withdrawn: number;
  /** Of those that are not withdrawn, by what people found out. */
  byVerdict: ReadonlyMap<Verdict, number>;
  /** Of the same, those dismissed before a class was asked. */
  unclassed: number;
  /** Of those that are not withdrawn. */
  byKind: readonly { problemClass: string; level: Level; found: number; confirmed: number }[];
  /** Confirmed findings whose rule names an amount, and the sum of these. */
  amount: { findings: number; fen: number };
}

/** One who is entered several times, in one clue or in several, is one person by name and unit, of the form that was found last. */
export interface FormCounts {
  people: number;
  /** Each once per clue, by the form found last there, as reports count it (人次). */
  times: number;
}

export interface ClueStatistics {
  /** Registered in the range. */
  registered: number;
  byState: ReadonlyMap<ClueState, number>;
  byVerdict: ReadonlyMap<ClueVerdict, number>;
  byDisposal: ReadonlyMap<Disposal, number>;
  /** People whose form was found last in the range. */
  byForm: ReadonlyMap<Form, FormCounts>;
  /** What accepted rectifications of the same clues gave back, and the systems that they built or improved. */
  recoveredFen: number;
  improvements: number;
}

/** Of a month of the county, what was first found in it, whatever became of it. */
export interface MonthStatistics {
  /** `2026-07` */
  month: string;
  found: number;
}

export interface RectificationStatistics {
  /** Of those registered in the range, as they stand. */
  byState: ReadonlyMap<RectificationState, number>;
  /** As the units reported it, of the same. */
  recoveredFen: number;
}

const monthRow = z.object({ month: z.string(), found: z.int() });
const rectificationRow = z.object({ state: z.enum(RECTIFICATION_STATES), count: z.int(), fen: z.int() });
const findingRow = z.object({
  problem_class: z.string(),
  level: z.enum(LEVELS),
  withdrawn: z.boolean(),
  decided: z.boolean(),
  verdict: z.enum(VERDICTS).nullable(),
  count: z.int(),
  with_amount: z.int(),
  fen: z.int(),
});
const clueRow = z.object({
  state: z.enum(CLUE_STATES),
  verdict: z.enum(CLUE_VERDICTS).nullable(),
  disposal: z.enum(DISPOSALS).nullable(),
  count: z.int(),
  fen: z.int(),
  improvements: z.int(),
});
const formRow = z.object({ form: z.enum(FORMS), people: z.int(), times: z.int() });

/** Figures of what was found and what was done about it, each within the reach of who asks. */
export class StatisticsQueries {
  constructor(private readonly pool: Pool) {}

  /** @param amountFigures by rule, the figure of its findings that says how much money is at stake */
  async findings(reach: Reach, range: StatisticsRange, amountFigures: ReadonlyMap<string, string>): Promise<FindingStatistics> {
    const figure = `f.figures -> ($5::jsonb ->> f.rule_id)`;
    const fen = `CASE WHEN jsonb_typeof(${figure}) = 'number' AND f.verdict = 'confirmed' AND f.status <> 'withdrawn' THEN (${figure})::numeric END`;
    const counted = await rows(
      this.pool,
      findingRow,
      `SELECT f.problem_class, CASE WHEN f.village_code IS NOT NULL THEN 'village' WHEN f.township_code IS NOT NULL THEN 'township' ELSE 'county' END AS level,
         f.status = 'withdrawn' AS withdrawn, ${DECIDED_SQL} AS decided, f.verdict, count(*)::int AS count, count(${fen})::int AS with_amount, coalesce(sum(${fen}), 0)::bigint AS fen
       FROM finding f WHERE ${isShown('f')} AND ${isFindingWithin('f', '$1')} AND f.first_seen_at_ms >= $2 AND f.first_seen_at_ms < $3
         AND ($4::text IS NULL OR f.township_code = $4) GROUP BY 1, 2, 3, 4, 5`,
      [...valuesOf(reach, range), JSON.stringify(Object.fromEntries(amountFigures))],
    );
    const standing = counted.filter(({ withdrawn }) => !withdrawn);
    return {
      found: sumOf(counted),
      withdrawn: sumOf(counted) - sumOf(standing),
      byVerdict: countsBy(standing, ({ verdict }) => verdict),
      unclassed: sumOf(standing.filter(({ decided, verdict }) => decided && verdict === null)),
      byKind: kindsOf(standing),
      amount: {
        findings: standing.reduce((sum, row) => sum + row.with_amount, 0),
        fen: standing.reduce((sum, row) => sum + row.fen, 0),
      },
    };
  }

  /** Months in which nothing was found are left out. */
  async months(reach: Reach, range: StatisticsRange): Promise<readonly MonthStatistics[]> {
    return rows(
      this.pool,
      monthRow,
      `SELECT to_char(to_timestamp((f.first_seen_at_ms + ${CHINA_OFFSET_MS}) / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM') AS month,
         count(*)::int AS found FROM finding f WHERE ${isShown('f')} AND ${isFindingWithin('f', '$1')}
         AND f.first_seen_at_ms >= $2 AND f.first_seen_at_ms < $3 AND ($4::text IS NULL OR f.township_code = $4) GROUP BY 1 ORDER BY 1`,
      valuesOf(reach, range),
    );
  }

  async rectifications(reach: Reach, range: StatisticsRange): Promise<RectificationStatistics> {
    const counted = await rows(
      this.pool,
      rectificationRow,
      `SELECT r.state, count(*)::int AS count, coalesce(sum(r.recovered_fen), 0)::bigint AS fen FROM supervision_rectification r
       WHERE ${isRectificationSeen('$1', '$5')} AND r.registered_at_ms >= $2 AND r.registered_at_ms < $3
         AND ($4::text IS NULL OR r.township_code = $4) GROUP BY 1`,
      [...valuesOf(reach, range), reach.userId],
    );
    return {
      byState: countsBy(counted, ({ state }) => state),
      recoveredFen: counted.reduce((sum, { fen }) => sum + fen, 0),
    };
  }

  async clues(reach: Reach, range: StatisticsRange): Promise<ClueStatistics> {
    const within = `${isSeen('$1', '$5')} AND ($4::text IS NULL OR $4 = ANY(c.townships))`;
    const values = [...valuesOf(reach, range), reach.userId];
    const [counted, forms] = await Promise.all([
      rows(
        this.pool,
        clueRow,
        `SELECT c.state, c.verdict, c.disposal, count(*)::int AS count, coalesce(sum(c.recovered_fen), 0)::bigint AS fen,
           coalesce(sum(c.improvements), 0)::int AS improvements FROM clue c
         WHERE ${within} AND c.registered_at_ms >= $2 AND c.registered_at_ms < $3 GROUP BY 1, 2, 3`,
        values,
      ),
      // By the steps, which say when, and of one moment which was entered last; a person bears the id of before where the clue was merged into another.
      rows(
        this.pool,
        formRow,
        `WITH last_form AS (SELECT s.content ->> 'personId' AS person_id, max(s.at_ms) AS at_ms, max(s.recorded_at) AS recorded_at FROM clue_step s
           WHERE s.content ->> 'step' = 'set-form' GROUP BY 1),
         of_clue AS (SELECT DISTINCT ON (p.clue_id, p.counted_as) p.counted_as, p.form, p.id, l.at_ms, l.recorded_at
           FROM clue_person p JOIN clue c ON c.id = p.clue_id JOIN last_form l ON l.person_id = p.id
           WHERE p.form IS NOT NULL AND ${within} AND l.at_ms >= $2 AND l.at_ms < $3
           ORDER BY p.clue_id, p.counted_as, l.at_ms DESC, l.recorded_at DESC, p.id DESC),
         ranked AS (SELECT form, row_number() OVER (PARTITION BY counted_as ORDER BY at_ms DESC, recorded_at DESC, id DESC) AS place FROM of_clue)
         SELECT form, (count(*) FILTER (WHERE place = 1))::int AS people, count(*)::int AS times FROM ranked GROUP BY 1`,
        values,
      ),
    ]);
    return {
      registered: sumOf(counted),
      byState: countsBy(counted, ({ state }) => state),
      byVerdict: countsBy(counted, ({ verdict }) => verdict),
      byDisposal: countsBy(counted, ({ disposal }) => disposal),
      byForm: new Map(forms.map(({ form, people, times }) => [form, { people, times }])),
      recoveredFen: counted.reduce((sum, { fen }) => sum + fen, 0),
      improvements: counted.reduce((sum, { improvements }) => sum + improvements, 0),
    };
  }
}

/** From `$1` to `$4`. */
const valuesOf = (reach: Reach, { fromMs, beforeMs, townshipCode }: StatisticsRange): unknown[] => [
  reach.parameter,
  fromMs,
  beforeMs,
  townshipCode,
];

const sumOf = (counted: readonly { count: number }[]): number => counted.reduce((sum, { count }) => sum + count, 0);

function countsBy<R extends { count: number }, K>(counted: readonly R[], keyOf: (row: R) => K | null): ReadonlyMap<K, number> {
  const counts = new Map<K, number>();
  for (const row of counted) {
    const key = keyOf(row);
    if (key !== null) counts.set(key, (counts.get(key) ?? 0) + row.count);
  }
  return counts;
}

function kindsOf(counted: readonly z.output<typeof findingRow>[]): FindingStatistics['byKind'] {
  const byKind = Map.groupBy(counted, ({ problem_class: problemClass, level }) => JSON.stringify([problemClass, level]));
  return [...byKind.values()].flatMap((ofKind) => {
    const [first] = ofKind;
    if (!first) return [];
    const confirmed = sumOf(ofKind.filter(({ verdict }) => verdict === 'confirmed'));
    return [{ problemClass: first.problem_class, level: first.level, found: sumOf(ofKind), confirmed }];
  });
}
