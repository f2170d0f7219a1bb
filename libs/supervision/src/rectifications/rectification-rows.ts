import { withinTownships, withinUnits } from '@tianyan/access';
import type { EpochMs } from '@tianyan/kernel';
import { z } from 'zod';
import { RECTIFICATION_STATES, type RectificationState } from '../api/index.js';
import { isLetterSeen } from '../letters/letter-rows.js';

/** One item of the ledger. */
export interface Rectification {
  id: string;
  letterId: string | null;
  unitCode: string;
  /** Null: of the whole county. */
  townshipCode: string | null;
  problem: string;
  /** Names of people: to be covered. */
  responsible: string | null;
  leader: string | null;
  measures: string | null;
  proof: string | null;
  improvement: string | null;
  recoveredFen: number;
  /** China day. */
  dueDay: string;
  state: RectificationState;
  registeredAtMs: EpochMs;
  changedAtMs: EpochMs;
  revision: number;
  headHash: string;
}

export const RECTIFICATION_COLUMNS = `r.id, r.letter_id, r.unit_code, r.township_code, r.problem, r.responsible, r.leader, r.measures, r.proof,
  r.improvement, r.recovered_fen, to_char(r.due_day, 'YYYY-MM-DD') AS due_day, r.state, r.registered_at_ms, r.changed_at_ms, r.steps, r.head_hash`;

export const rectificationSchema = z
  .object({
    id: z.string(),
    letter_id: z.string().nullable(),
    unit_code: z.string(),
    township_code: z.string().nullable(),
    problem: z.string(),
    responsible: z.string().nullable(),
    leader: z.string().nullable(),
    measures: z.string().nullable(),
    proof: z.string().nullable(),
    improvement: z.string().nullable(),
    recovered_fen: z.int(),
    due_day: z.string(),
    state: z.enum(RECTIFICATION_STATES),
    registered_at_ms: z.int(),
    changed_at_ms: z.int(),
    steps: z.int(),
    head_hash: z.string(),
  })
  .transform((row): Rectification => ({
    id: row.id,
    letterId: row.letter_id,
    unitCode: row.unit_code,
    townshipCode: row.township_code,
    problem: row.problem,
    responsible: row.responsible,
    leader: row.leader,
    measures: row.measures,
    proof: row.proof,
    improvement: row.improvement,
    recoveredFen: row.recovered_fen,
    dueDay: row.due_day,
    state: row.state,
    registeredAtMs: row.registered_at_ms,
    changedAtMs: row.changed_at_ms,
    revision: row.steps,
    headHash: row.head_hash,
  }));

/** Whether `supervision_rectification r` may be seen by the commission's people; one of a letter, where the letter is. */
export function isRectificationSeen(reach: `$${number}`, userId: `$${number}`): string {
  return `(${withinTownships('r.township_code', reach)} AND (r.letter_id IS NULL
    OR EXISTS (SELECT FROM supervision_letter l WHERE l.id = r.letter_id AND ${isLetterSeen(reach, userId)})))`;
}

export const isRectificationOfUnits = (parameter: `$${number}`): string => withinUnits('r.unit_code', parameter);

/** A row where the item `$3` is seen: of a reach and a person. */
export const RECTIFICATION_SEEN = `SELECT 1 FROM supervision_rectification r WHERE r.id = $3 AND ${isRectificationSeen('$1', '$2')}`;
