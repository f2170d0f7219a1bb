import { withinUnits } from '@tianyan/access';
import type { EpochMs } from '@tianyan/kernel';
import { z } from 'zod';
import { IMPROVEMENT_KINDS, IMPROVEMENT_STATES, type ImprovementKind, type ImprovementState } from '../api/circular-words.js';
import { isCircularSeen, isSentToUnits } from '../circulars/circular-rows.js';

/** A system (制度) that a unit has built or improved after a circular. */
export interface Improvement {
  id: string;
  circularId: string;
  unitCode: string;
  name: string;
  documentNumber: string;
  /** China day. */
  documentDay: string;
  kind: ImprovementKind;
  state: ImprovementState;
  /** County time. */
  changedAtMs: EpochMs;
  revision: number;
  headHash: string;
}

export const IMPROVEMENT_COLUMNS = `i.id, i.circular_id, i.unit_code, i.name, i.document_number, to_char(i.document_day, 'YYYY-MM-DD') AS document_day,
  i.kind, i.state, i.changed_at_ms, i.steps, i.head_hash`;

export const improvementSchema = z
  .object({
    id: z.string(),
    circular_id: z.string(),
    unit_code: z.string(),
    name: z.string(),
    document_number: z.string(),
    document_day: z.string(),
    kind: z.enum(IMPROVEMENT_KINDS),
    state: z.enum(IMPROVEMENT_STATES),
    changed_at_ms: z.int(),
    steps: z.int(),
    head_hash: z.string(),
  })
  .transform((row): Improvement => ({
    id: row.id,
    circularId: row.circular_id,
    unitCode: row.unit_code,
    name: row.name,
    documentNumber: row.document_number,
    documentDay: row.document_day,
    kind: row.kind,
    state: row.state,
    changedAtMs: row.changed_at_ms,
    revision: row.steps,
    headHash: row.head_hash,
  }));

/** Whether `supervision_improvement i` may be seen by the commission's people: where its circular is. */
export function isImprovementSeen(townships: `$${number}`, userId: `$${number}`): string {
  return `EXISTS (SELECT FROM supervision_circular k WHERE k.id = i.circular_id AND ${isCircularSeen(townships, userId)})`;
}

/** What is a unit's own; what others have reported to the same circular is not. */
export function isImprovementOfUnits(units: `$${number}`): string {
  return `(${withinUnits('i.unit_code', units)} AND EXISTS (SELECT FROM supervision_circular k WHERE k.id = i.circular_id AND ${isSentToUnits(units)}))`;
}
