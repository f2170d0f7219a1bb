import { allWithinTownships } from '@tianyan/access';
import { isSeen as isClueSeen } from '@tianyan/cases';
import { isFindingWithin, isShown } from '@tianyan/findings';
import type { EpochMs } from '@tianyan/kernel';
import { z } from 'zod';
import { CIRCULAR_AUDIENCES, CIRCULAR_STATES, type CircularAudience, type CircularState } from '../api/circular-words.js';
import { isLetterSeen } from '../letters/letter-rows.js';
import { issuerIdsOf, issuersSchema, issuersSql } from '../step-history.js';

/** Where a circular stands. */
export interface Circular {
  id: string;
  /** Such as 通报〔2026〕0001号; null: not issued. */
  number: string | null;
  title: string;
  text: string;
  audience: CircularAudience;
  /** Named in it. */
  unitCodes: readonly string[];
  firstUnitCode: string | null;
  reportWorkingDays: number | null;
  correctsId: string | null;
  /** Null: of the whole county. */
  townships: readonly string[] | null;
  state: CircularState;
  handlerId: string;
  /** Who issued it, and in whose place (代理); empty: it was not issued. */
  issuerIds: readonly string[];
  /** All times are the county's. */
  changedAtMs: EpochMs;
  issuedAtMs: EpochMs | null;
  /** By then the units named have to report. */
  dueAtMs: EpochMs | null;
  /** Whether a unit has not reported all by then, or has something to mend; what waits to be checked is not theirs. */
  isOwed: boolean;
  /** Number of its steps: who takes the next names it, so that nobody decides on what was before. */
  revision: number;
  headHash: string;
}

export function circularNumber(year: number, number: number): string {
  return `通报〔${year}〕${String(number).padStart(4, '0')}号`;
}

/** What it is called before it has a number. */
export const circularName = ({ number }: Pick<Circular, 'number'>): string => number ?? '通报（未编号）';

/** Codes of the units of `supervision_circular k` that owe something, while something is to be reported at all. */
export const UNITS_THAT_OWE = `SELECT u.code FROM unnest(k.unit_codes) AS u (code) WHERE k.due_at_ms IS NOT NULL
  AND NOT EXISTS (SELECT FROM supervision_step s WHERE s.owner_kind = 'circular' AND s.owner_id = k.id
    AND s.content->>'step' = 'excuse' AND s.content->>'unitCode' = u.code)
  AND (NOT EXISTS (SELECT FROM supervision_step s WHERE s.owner_kind = 'circular' AND s.owner_id = k.id
      AND s.content->>'step' = 'finish' AND s.content->>'unitCode' = u.code)
    OR EXISTS (SELECT FROM supervision_improvement i WHERE i.circular_id = k.id AND i.unit_code = u.code AND i.state = 'sent-back'))`;

export const CIRCULAR_COLUMNS = `k.id, k.year, k.number, k.title, k.body, k.audience, k.unit_codes, k.first_unit_code, k.report_working_days,
  k.corrects_id, k.townships, k.state, k.handler_id, k.changed_at_ms, k.issued_at_ms, k.due_at_ms, k.steps, k.head_hash,
  ${issuersSql('circular', 'k.id')} AS issuers, EXISTS (${UNITS_THAT_OWE}) AS is_owed`;

export const circularSchema = z
  .object({
    id: z.string(),
    year: z.int().nullable(),
    number: z.int().nullable(),
    title: z.string(),
    body: z.string(),
    audience: z.enum(CIRCULAR_AUDIENCES),
    unit_codes: z.array(z.string()),
    first_unit_code: z.string().nullable(),
    report_working_days: z.int().nullable(),
    corrects_id: z.string().nullable(),
    townships: z.array(z.string()).nullable(),
    state: z.enum(CIRCULAR_STATES),
    handler_id: z.string(),
    issuers: issuersSchema,
    changed_at_ms: z.int(),
    issued_at_ms: z.int().nullable(),
    due_at_ms: z.int().nullable(),
    is_owed: z.boolean(),
    steps: z.int(),
    head_hash: z.string(),
  })
  .transform((row): Circular => ({
    id: row.id,
    number: row.year === null || row.number === null ? null : circularNumber(row.year, row.number),
    title: row.title,
    text: row.body,
    audience: row.audience,
    unitCodes: row.unit_codes,
    firstUnitCode: row.first_unit_code,
    reportWorkingDays: row.report_working_days,
    correctsId: row.corrects_id,
    townships: row.townships,
    state: row.state,
    handlerId: row.handler_id,
    issuerIds: issuerIdsOf(row.issuers),
    changedAtMs: row.changed_at_ms,
    issuedAtMs: row.issued_at_ms,
    dueAtMs: row.due_at_ms,
    isOwed: row.is_owed,
    revision: row.steps,
    headHash: row.head_hash,
  }));

/**
 * Whether what stands in `o.kind`, `o.origin_id` may be seen: as the finding, the clue or the letter itself is.
 * @param reach placeholder of the reach
 * @param userId placeholder of the person's id
 */
export function isOriginSeen(reach: `$${number}`, userId: `$${number}`): string {
  return `CASE o.kind
    WHEN 'finding' THEN EXISTS (SELECT FROM finding f WHERE f.id = o.origin_id AND ${isShown('f')} AND ${isFindingWithin('f', reach)})
    WHEN 'clue' THEN EXISTS (SELECT FROM clue c WHERE c.id = o.origin_id AND ${isClueSeen(reach, userId)})
    ELSE EXISTS (SELECT FROM supervision_letter l WHERE l.id = o.origin_id AND ${isLetterSeen(reach, userId)}) END`;
}

/**
 * Whether all that `supervision_circular k` was drafted from lay within reach then, and does now: whose work it is. Others may have read it, and do
 * nothing about it.
 */
export function areOriginsSeen(reach: `$${number}`, userId: `$${number}`): string {
  return `(${allWithinTownships('k.townships', reach)}
    AND NOT EXISTS (SELECT FROM supervision_circular_origin o WHERE o.circular_id = k.id AND (${isOriginSeen(reach, userId)}) IS NOT TRUE))`;
}

/** Whether it may be seen by the commission's people: what every liaison of the county reads, they read too. */
export function isCircularSeen(reach: `$${number}`, userId: `$${number}`): string {
  return `((k.audience = 'county' AND k.issued_at_ms IS NOT NULL) OR ${areOriginsSeen(reach, userId)})`;
}

/** Whether it was sent to one of the units. Whoever answers for no unit is sent nothing, also not what the whole county is sent. */
export function isSentToUnits(units: `$${number}`): string {
  return `(k.issued_at_ms IS NOT NULL AND cardinality(${units}::text[]) > 0 AND (k.audience = 'county' OR k.unit_codes && ${units}::text[]))`;
}
