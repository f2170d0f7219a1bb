import { chinaDayOf, RefusedError, type EpochMs } from '@tianyan/kernel';
import { execute, row, type ClientBase } from '@tianyan/postgres';
import { z } from 'zod';
import type { ImprovementContent } from '../api/improvements.js';

const countSchema = z.object({ count: z.int() });

/**
 * A document that is yet to be issued improves nothing.
 * @param nowMs of the county: its days are what deadlines count
 * @throws RefusedError('invalid')
 */
export function assertIssued({ documentDay }: Pick<ImprovementContent, 'documentDay'>, nowMs: EpochMs): void {
  const today = chinaDayOf(nowMs);
  if (documentDay > today)
    throw new RefusedError('invalid', `印发日期不能晚于今天（${today}）。还没有印发的，请印发以后再报送。`);
}

/** The same document is counted once, whichever circular it is reported to. Throws RefusedError('conflict'). */
export async function assertNew(
  client: ClientBase,
  { documentNumber, name }: ImprovementContent,
  { unitCode, id }: { unitCode: string; id: string | null },
): Promise<void> {
  // Two of the same at once: the second waits, and sees the first.
  await execute(client, `SELECT pg_advisory_xact_lock(hashtextextended('improvement/' || $1, 0))`, [unitCode]);
  const sql = `SELECT count(*)::int AS count FROM supervision_improvement
    WHERE unit_code = $1 AND document_number = $2 AND name = $3 AND state <> 'dropped' AND id IS DISTINCT FROM $4`;
  const { count } = await row(client, countSchema, sql, [unitCode, documentNumber, name, id]);
  if (count === 0) return;
  throw new RefusedError(
    'conflict',
    `本单位已经报送过《${name}》（${documentNumber}），同一项制度只计一次。报在已办结或撤回的通报里、没有计入的，请先在那里撤销报送。`,
  );
}
