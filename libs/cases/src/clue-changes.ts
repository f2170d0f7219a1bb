import { notify, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';

/** PostgreSQL channel on which open consoles hear that a step was taken. */
export const CLUES_CHANNEL = 'tianyan_clues';

/** Nothing of what it is about: who may hear even of this is found out by whoever listens. */
const changeSchema = z.object({ id: z.string(), revision: z.int().positive() });
export type ClueChange = z.infer<typeof changeSchema>;

/** Sent by PostgreSQL at commit. */
export async function announceStep(db: Queryable, change: ClueChange): Promise<void> {
  await notify(db, CLUES_CHANNEL, JSON.stringify(change));
}

/** Throws Error for what another version has announced. */
export function parseClueChange(payload: string): ClueChange {
  return changeSchema.parse(JSON.parse(payload));
}
