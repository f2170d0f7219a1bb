import type { NoticeSubject } from '@tianyan/notices';
import { rows, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';

const subjectSchema = z.object({ kind: z.enum(['letter', 'circular']), id: z.string() });

// What units are told of what was sent to them is theirs, whoever may know of the clue.
const DERIVED = `
  WITH letter AS (SELECT l.id FROM supervision_letter l WHERE l.clue_id = ANY($1)),
    circular AS (SELECT DISTINCT o.circular_id AS id FROM supervision_circular_origin o
      WHERE (o.kind = 'clue' AND o.origin_id = ANY($1)) OR (o.kind = 'letter' AND o.origin_id IN (SELECT id FROM letter)))
  SELECT 'letter' AS kind, id FROM letter
  UNION ALL SELECT 'circular', id FROM circular
  UNION ALL SELECT 'circular', i.id FROM supervision_improvement i JOIN circular k ON k.id = i.circular_id`;

/**
 * What the commission's people are told of that was drafted from one of these clues: letters, and circulars from it or from such a letter, with each thing
 * that a unit reported to one.
 */
export function derivedSubjects(db: Queryable, clueIds: readonly string[]): Promise<readonly NoticeSubject[]> {
  return rows(db, subjectSchema, DERIVED, [clueIds]);
}
