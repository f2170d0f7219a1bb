import { CHAIN_START, chainedHash, RefusedError } from '@tianyan/kernel';
import { execute, inTransaction, lockInTransaction, maybeRow, row, type ClientBase, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { clueNumber } from './clue-rows.js';

/** What became of a clue: for the audit log, which so holds the chain a second time. */
export interface StepReceipt {
  clueId: string;
  number: string;
  seq: number;
  hash: string;
  /** In whose place it was taken, by account; null: in nobody's. */
  forAccount: string | null;
  /** Kept to a circle: what is written of it elsewhere is read by others. */
  restricted: boolean;
}

/** How something that a person asked for came, and where it is put on record. */
export interface Sent {
  /** Made by whoever sends: what comes again under it is done once. Null: whatever comes again is asked anew. */
  key: string | null;
  /**
   * Within the transaction, once for each step of what is done, and only where something is: it is on record, also where the process ends before it
   * has answered.
   * @param receipt null: of a decision about a finding that is in no clue
   */
  record: (client: ClientBase, receipt: StepReceipt | null) => Promise<void>;
  /** Within the transaction, before anything is done: what it throws, nothing is done for. */
  before?: (client: ClientBase) => Promise<void>;
}

/** Without a key, and put on record by nobody. */
export const UNSIGNED: Sent = { key: null, record: async () => undefined };

const requestSchema = z.object({ content_hash: z.string(), clue_id: z.string().nullable(), seq: z.int().nullable() });
const receiptSchema = z.object({
  year: z.int(),
  number: z.int(),
  hash: z.string(),
  for_account: z.string().nullable(),
  restricted: z.boolean(),
});

/**
 * Does what was sent in one transaction; where the same person has sent the same under the same key before, it is not done again and the receipt of
 * then is given. Two at once wait for each other. What was refused was not done: it is asked anew.
 * Throws RefusedError('conflict') for another content under a key that was used.
 * @param content all that is asked for, but not what the sender had seen: that is another when it is sent again
 * @param work gives a receipt for each step that it took, first that of the clue asked for
 * @returns the first; null: of a decision about a finding that is in no clue
 */
export async function doOnce(
  pool: Pool,
  sent: { personId: string; content: unknown } & Sent,
  work: (client: ClientBase) => Promise<readonly StepReceipt[]>,
): Promise<StepReceipt | null> {
  const { personId, key, content, record } = sent;
  const done = async (client: ClientBase): Promise<StepReceipt | null> => {
    await sent.before?.(client);
    const [first = null, ...others] = await work(client);
    for (const receipt of [first, ...others]) await record(client, receipt);
    return first;
  };
  return inTransaction(pool, async (client) => {
    if (key === null) return done(client);
    const hash = chainedHash(CHAIN_START, [content]);
    const sql = 'SELECT content_hash, clue_id, seq FROM clue_request WHERE person_id = $1 AND key = $2';
    const find = () => maybeRow(client, requestSchema, sql, [personId, key]);
    const request = { name: `clue_request/${personId}/${key}`, hash, undone: '没有办理', find };
    return onceUnderKey(client, request, {
      again: (before) => receiptOfStep(client, before),
      anew: async () => {
        const receipt = await done(client);
        await execute(
          client,
          'INSERT INTO clue_request (person_id, key, content_hash, clue_id, seq) VALUES ($1, $2, $3, $4, $5)',
          [personId, key, hash, receipt?.clueId ?? null, receipt?.seq ?? null],
        );
        return receipt;
      },
    });
  });
}

/** A request of a person under a key, and what is kept of one that was done. */
interface KeyedRequest<Kept> {
  /** Of the person and the key. */
  name: string;
  hash: string;
  /** What has not come of it where it is refused. */
  undone: string;
  find: () => Promise<Kept | null>;
}

/**
 * Within a transaction: does anew what was not done under the key, and answers again what was. Two at once wait for each other.
 * Throws RefusedError('conflict') for another content under a key that was used.
 */
export async function onceUnderKey<Kept extends { content_hash: string }, Answer>(
  client: ClientBase,
  { name, hash, undone, find }: KeyedRequest<Kept>,
  { again, anew }: { again: (kept: Kept) => Promise<Answer>; anew: () => Promise<Answer> },
): Promise<Answer> {
  // Before anything else is locked: whoever comes second finds what the first has done, and is not refused as late.
  await lockInTransaction(client, name);
  const before = await find();
  if (!before) return anew();
  if (before.content_hash !== hash)
    throw new RefusedError('conflict', `这次提交与先前用同一编号提交的内容不同，${undone}。请刷新页面，看过最新情况再提交。`);
  return again(before);
}

async function receiptOfStep(
  client: ClientBase,
  { clue_id: clueId, seq }: z.output<typeof requestSchema>,
): Promise<StepReceipt | null> {
  if (clueId === null || seq === null) return null;
  const {
    year,
    number,
    hash,
    for_account: forAccount,
    restricted,
  } = await row(
    client,
    receiptSchema,
    `SELECT c.year, c.number, s.hash, s.for_account, c.circle IS NOT NULL AS restricted FROM clue_step s JOIN clue c ON c.id = s.clue_id
     WHERE s.clue_id = $1 AND s.seq = $2`,
    [clueId, seq],
  );
  return { clueId, number: clueNumber(year, number), seq, hash, forAccount, restricted };
}
