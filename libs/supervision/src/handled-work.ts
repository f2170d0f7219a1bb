import type { HandledWork } from '@tianyan/access';
import { countHandledClues } from '@tianyan/cases';
import type { Queryable } from '@tianyan/postgres';
import { countHandledTasks } from './campaigns/campaign-queries.js';
import { HANDLED_CIRCULARS } from './circulars/circular-hand-over.js';
import { countHandled } from './handlers.js';
import { HANDLED_LETTERS } from './letters/letter-hand-over.js';

/** What an account handles that is not over: whoever ends the account is told the numbers, and nothing else. */
export async function countHandledWork(db: Queryable, userId: string): Promise<HandledWork> {
  // One after the other: of a client in a transaction only one may be asked at a time.
  const clues = await countHandledClues(db, userId);
  const letters = await countHandled(db, HANDLED_LETTERS, userId);
  const circulars = await countHandled(db, HANDLED_CIRCULARS, userId);
  return { clues, letters, circulars, campaignTasks: await countHandledTasks(db, userId) };
}
