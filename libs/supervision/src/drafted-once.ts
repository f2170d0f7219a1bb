import { onceUnderKey } from '@tianyan/cases';
import { CHAIN_START, chainedHash } from '@tianyan/kernel';
import { execute, maybeRow, row, type ClientBase } from '@tianyan/postgres';
import { z } from 'zod';
import type { StepOwner, SupervisionReceipt } from './step-history.js';

/** What is drafted, by whom, and how it came. */
interface Drafting {
  kind: Extract<StepOwner['kind'], 'letter' | 'circular'>;
  personId: string;
  /** Made by whoever sends: what comes again under it is drafted once. Null: whatever comes again is another draft. */
  key: string | null;
  /** All that is asked for. */
  content: unknown;
}

const requestSchema = z.object({ content_hash: z.string(), owner_kind: z.string(), owner_id: z.string() });
const receiptSchema = z.object({ seq: z.int(), hash: z.string() });

/**
 * Drafts within a transaction; where the same person has sent the same under the same key before, nothing is drafted and the receipt of then is given.
 * Two at once wait for each other. What was refused was not drafted: it is asked anew.
 * Throws RefusedError('conflict') for another content under a key that was used.
 */
export async function draftedOnce(
  client: ClientBase,
  { kind, personId, key, content }: Drafting,
  draft: () => Promise<SupervisionReceipt>,
): Promise<SupervisionReceipt> {
  if (key === null) return draft();
  const hash = chainedHash(CHAIN_START, [kind, content]);
  const sql = 'SELECT content_hash, owner_kind, owner_id FROM supervision_draft_request WHERE person_id = $1 AND key = $2';
  const find = () => maybeRow(client, requestSchema, sql, [personId, key]);
  const request = { name: `supervision_draft_request/${personId}/${key}`, hash, undone: '没有拟稿', find };
  return onceUnderKey(client, request, {
    again: (before) => receiptOfDraft(client, before.owner_kind, before.owner_id),
    anew: async () => {
      const receipt = await draft();
      await execute(
        client,
        'INSERT INTO supervision_draft_request (person_id, key, content_hash, owner_kind, owner_id) VALUES ($1, $2, $3, $4, $5)',
        [personId, key, hash, kind, receipt.id],
      );
      return receipt;
    },
  });
}

/** Whoever writes signs with one name. */
async function receiptOfDraft(client: ClientBase, kind: string, id: string): Promise<SupervisionReceipt> {
  const sql = 'SELECT seq, hash FROM supervision_step WHERE owner_kind = $1 AND owner_id = $2 AND seq = 1';
  return { id, ...(await row(client, receiptSchema, sql, [kind, id])), forAccount: null };
}
