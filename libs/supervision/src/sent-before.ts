import { rows, type ClientBase } from '@tianyan/postgres';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { TABLES, type ClosingReceipt, type StepOwner, type SupervisionReceipt, type Taker } from './step-history.js';

/** How a step is put on record: in its own transaction, so that both happen or neither. */
export type StepRecord = (client: ClientBase, receipt: SupervisionReceipt) => Promise<void>;

/** Put on record by nobody. */
export const UNRECORDED: StepRecord = async () => undefined;

/** The same of a step after which a circular may close itself: that is a step of the circular's own, and stands on record beside the one that led to it. */
export interface ClosingRecords {
  step: StepRecord;
  closing: StepRecord;
}

export const UNRECORDED_CLOSING: ClosingRecords = { step: UNRECORDED, closing: UNRECORDED };

/** In the transaction of both steps, so that a process that ends leaves all of them or none. */
export async function recordClosing(
  client: ClientBase,
  receipt: ClosingReceipt,
  { step, closing }: ClosingRecords,
): Promise<ClosingReceipt> {
  await step(client, receipt);
  if (receipt.closed) await closing(client, receipt.closed);
  return receipt;
}

/** What has become of something since a person has looked at it. */
export type Since =
  /** The very step that is asked for: it was sent before, and its answer was lost. */
  | { sent: SupervisionReceipt }
  /** Nothing that the person does not know of. */
  | 'nothing'
  | 'others-acted';

/** Without what the platform gave a step when it was taken: the files that were there, the number of what was issued. */
function askedOf({ files: _files, number, ...said }: { step: string; files?: unknown; number?: unknown }): Said {
  return number === undefined || said.step === 'issue' ? said : { ...said, number };
}

/** A step as it was asked for. */
type Said = { step: string } & Readonly<Record<string, unknown>>;

const sinceSchema = z.object({
  seq: z.int(),
  taker_id: z.string(),
  for_id: z.string().nullable(),
  for_account: z.string().nullable(),
  content: z.looseObject({ step: z.string() }).transform(askedOf),
  hash: z.string(),
});

/** Files decide nothing, and whoever hands them in beside a step knows of them. */
const FILE_STEPS: ReadonlySet<string> = new Set(['attach', 'withdraw-file']);

/**
 * Asked under lock. A step is taken on one revision, by one person: what follows that revision in the history, by the same person and with the same
 * content, is what is asked for, however late it comes again and whatever others have done since. So no key has to be kept beside the history.
 */
export async function sinceSeen(
  client: ClientBase,
  owner: StepOwner,
  asked: { revision: number; taker: Pick<Taker, 'id'>; forId?: string | undefined } & (
    { request: object } | { isSame: (said: Said) => boolean }
  ),
): Promise<Since> {
  const { revision, taker, forId = null } = asked;
  const found = await rows(
    client,
    sinceSchema,
    `SELECT seq, taker_id, for_id, for_account, content, hash FROM ${TABLES[owner.kind]} WHERE owner_kind = $1 AND owner_id = $2 AND seq >= $3 ORDER BY seq`,
    [owner.kind, owner.id, revision],
  );
  // A revision that there is not was seen by nobody.
  if (revision > 0 && found[0]?.seq !== revision) return 'others-acted';
  const since = revision > 0 ? found.slice(1) : found;
  const isSame = 'isSame' in asked ? asked.isSame : isAsked(asked.request);
  let isFileOfAnother = false;
  for (const { seq, taker_id: takerId, for_id: heldFor, for_account: forAccount, content, hash } of since) {
    const isOwn = takerId === taker.id;
    // In the place of another it is another step, whatever it says.
    if (isOwn && heldFor === forId && isSame(content)) return { sent: { id: owner.id, seq, hash, forAccount } };
    if (!FILE_STEPS.has(content.step)) return 'others-acted';
    // What was asked for may still follow: whoever works on the same beside the person hands in files of the own.
    isFileOfAnother ||= !isOwn;
  }
  return isFileOfAnother ? 'others-acted' : 'nothing';
}

function isAsked(request: object): (said: Said) => boolean {
  const asked: unknown = JSON.parse(JSON.stringify(request)); // as it is stored: what is undefined is not there
  return (said) => isDeepStrictEqual(said, asked);
}
