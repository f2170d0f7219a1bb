import { row, type ClientBase } from '@tianyan/postgres';
import { z } from 'zod';
import type { LetterKind } from './api/index.js';

const numberSchema = z.object({ last: z.int() });

/** The next number of the kind in the year, such as 督办单〔2026〕0001号. Others wait for the end of the transaction: none is left out. */
export async function nextNumber(client: ClientBase, kind: LetterKind | 'circular', year: number): Promise<number> {
  const sql = `INSERT INTO supervision_letter_number (kind, year, last) VALUES ($1, $2, 1)
    ON CONFLICT (kind, year) DO UPDATE SET last = supervision_letter_number.last + 1 RETURNING last`;
  return (await row(client, numberSchema, sql, [kind, year])).last;
}
