import { allWithinTownships, reachesEverything } from '@tianyan/access';
import { isSeen as isClueSeen } from '@tianyan/cases';
import { isFindingWithin, isShown } from '@tianyan/findings';
import type { EpochMs } from '@tianyan/kernel';
import { z } from 'zod';
import {
  LETTER_KIND_LABELS,
  LETTER_KINDS,
  LETTER_STATES,
  type LetterKind,
  type LetterOrigin,
  type LetterState,
} from '../api/index.js';
import { isTaskSeen } from '../campaigns/campaign-rows.js';
import { issuerIdsOf, issuersSchema, issuersSql } from '../step-history.js';

/** Where a letter stands. */
export interface Letter {
  id: string;
  kind: LetterKind;
  /** Such as 督办单〔2026〕0001号; null: not issued. */
  number: string | null;
  unitCode: string;
  title: string;
  text: string;
  replyWorkingDays: number;
  origin: LetterOrigin;
  /** Null: of the whole county. */
  townships: readonly string[] | null;
  /** Classes of what it was drafted from, as they are; null: not known. An order of a campaign has none, and is seen by its township alone. */
  problemClasses: readonly string[] | null;
  /** Who alone may see the clue that it was drafted from, and what that was merged into; null: whoever's reach it lies in. */
  circleIds: readonly string[] | null;
  state: LetterState;
  handlerId: string;
  /** Who issued it, and in whose place (代理); empty: it was not issued. */
  issuerIds: readonly string[];
  returns: number;
  /** All times are the county's. */
  changedAtMs: EpochMs;
  issuedAtMs: EpochMs | null;
  /** By then the unit has to answer. */
  dueAtMs: EpochMs | null;
  /** Number of its steps: who takes the next names it, so that nobody decides on what was before. */
  revision: number;
  headHash: string;
}

export function letterNumber(kind: LetterKind, year: number, number: number): string {
  return `${LETTER_KIND_LABELS[kind]}〔${year}〕${String(number).padStart(4, '0')}号`;
}

/** What it is called before it has a number. */
export const nameOf = ({ number, kind }: Pick<Letter, 'number' | 'kind'>): string =>
  number ?? `${LETTER_KIND_LABELS[kind]}（未编号）`;

export const LETTER_COLUMNS = `l.id, l.kind, l.year, l.number, l.unit_code, l.title, l.body, l.reply_working_days, l.finding_id, l.clue_id, l.campaign_task_id,
  l.townships,
  l.state, l.handler_id, l.returns, l.changed_at_ms, l.issued_at_ms, l.due_at_ms, l.steps, l.head_hash,
  ${issuersSql('letter', 'l.id')} AS issuers,
  (SELECT CASE WHEN c.circle IS NULL OR i.circle IS NULL THEN coalesce(c.circle, i.circle)
      ELSE ARRAY(SELECT unnest(c.circle) INTERSECT SELECT unnest(i.circle)) END
    FROM clue c LEFT JOIN clue i ON i.id = c.merged_into WHERE c.id = l.clue_id) AS circle,
  CASE WHEN l.campaign_task_id IS NOT NULL THEN '{}'::text[]
    WHEN l.clue_id IS NULL THEN (SELECT ARRAY[f.problem_class] FROM finding f WHERE f.id = l.finding_id AND ${isShown('f')})
    ELSE (SELECT c.problem_classes FROM clue c WHERE c.id = l.clue_id) END AS problem_classes`;

export const letterSchema = z
  .object({
    id: z.string(),
    kind: z.enum(LETTER_KINDS),
    year: z.int().nullable(),
    number: z.int().nullable(),
    unit_code: z.string(),
    title: z.string(),
    body: z.string(),
    reply_working_days: z.int(),
    finding_id: z.string().nullable(),
    clue_id: z.string().nullable(),
    campaign_task_id: z.string().nullable(),
    townships: z.array(z.string()).nullable(),
    circle: z.array(z.string()).nullable(),
    problem_classes: z.array(z.string()).nullable(),
    state: z.enum(LETTER_STATES),
    handler_id: z.string(),
    issuers: issuersSchema,
    returns: z.int(),
    changed_at_ms: z.int(),
    issued_at_ms: z.int().nullable(),
    due_at_ms: z.int().nullable(),
    steps: z.int(),
    head_hash: z.string(),
  })
  .transform((row): Letter => ({
    id: row.id,
    kind: row.kind,
    number: row.year === null || row.number === null ? null : letterNumber(row.kind, row.year, row.number),
    unitCode: row.unit_code,
    title: row.title,
    text: row.body,
    replyWorkingDays: row.reply_working_days,
    origin: originOf(row),
    townships: row.townships,
    circleIds: row.circle,
    problemClasses: row.problem_classes,
    state: row.state,
    handlerId: row.handler_id,
    issuerIds: issuerIdsOf(row.issuers),
    returns: row.returns,
    changedAtMs: row.changed_at_ms,
    issuedAtMs: row.issued_at_ms,
    dueAtMs: row.due_at_ms,
    revision: row.steps,
    headHash: row.head_hash,
  }));

function originOf(row: { finding_id: string | null; clue_id: string | null; campaign_task_id: string | null }): LetterOrigin {
  if (row.finding_id !== null) return { kind: 'finding', id: row.finding_id };
  if (row.clue_id !== null) return { kind: 'clue', id: row.clue_id };
  if (row.campaign_task_id !== null) return { kind: 'campaign-task', id: row.campaign_task_id };
  throw new Error('a letter is drafted from something: the table sees to it');
}

/**
 * Whether `supervision_letter l` may be seen by the commission's people: what it was drafted from lay within reach then, and does now; of a clue that
 * is kept to a circle, by that alone.
 * @param reach placeholder of the reach
 * @param userId placeholder of the person's id
 */
export function isLetterSeen(reach: `$${number}`, userId: `$${number}`): string {
  return `(CASE WHEN l.clue_id IS NULL THEN ${reachesEverything(reach)}
      OR EXISTS (SELECT FROM finding f WHERE f.id = l.finding_id AND ${isShown('f')} AND ${isFindingWithin('f', reach)})
      OR EXISTS (SELECT FROM supervision_campaign_task t WHERE t.id = l.campaign_task_id AND ${isTaskSeen(reach)})
    ELSE EXISTS (SELECT FROM clue c WHERE c.id = l.clue_id AND ${isClueSeen(reach, userId)}) END
    AND ${allWithinTownships('l.townships', reach)})`;
}

/** What a unit sees: what was given to it. A draft is nobody's but the commission's, and so is what was withdrawn before it was issued. */
export const IS_GIVEN = 'l.issued_at_ms IS NOT NULL';

/** A row where the letter `$3` is seen: of a reach and a person. */
export const LETTER_SEEN = `SELECT 1 FROM supervision_letter l WHERE l.id = $3 AND ${isLetterSeen('$1', '$2')}`;
