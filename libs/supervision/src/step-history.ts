import type { Signing } from '@tianyan/access';
import { CHAIN_START, chainedHash, isUnbrokenChain, RefusedError, toChinaMinute, type EpochMs } from '@tianyan/kernel';
import { execute, rows, type ClientBase, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';

/** Whose history it is. */
export interface StepOwner {
  kind: 'letter' | 'rectification' | 'campaign' | 'campaign-task' | 'circular' | 'improvement';
  id: string;
}

/** Where the steps of each stand. */
export const TABLES: Readonly<Record<StepOwner['kind'], string>> = {
  letter: 'supervision_step',
  rectification: 'supervision_step',
  campaign: 'supervision_campaign_step',
  'campaign-task': 'supervision_campaign_step',
  circular: 'supervision_step',
  improvement: 'supervision_step',
};

/** Who takes a step. */
export interface Taker {
  id: string;
  account: string;
  /** In whose place (代理). */
  standsFor?: { id: string; account: string } | undefined;
}

/** As a machine of steps asks for them. */
export const signingOf = ({ id, standsFor }: Taker): Signing => ({ userId: id, forId: standsFor?.id });

/** What facts are folded from: what was asked, and by whom. */
export type SignedStep<Content> = Pick<StoredStep<Content>, 'content' | 'takerId' | 'forId'>;

/** The same of a step that was taken. */
export const signingOfStep = ({ takerId, forId }: Pick<StoredStep<unknown>, 'takerId' | 'forId'>): Signing => ({
  userId: takerId,
  forId: forId ?? undefined,
});

/** What became of it: for the audit log, which so holds the chain a second time. */
export interface SupervisionReceipt {
  id: string;
  seq: number;
  hash: string;
  /** In whose place it was taken, by account; null: in nobody's. */
  forAccount: string | null;
}

/** Of the step just taken. */
export const receiptOfStep = (id: string, { seq, hash, forAccount }: StoredStep<unknown>): SupervisionReceipt => ({
  id,
  seq,
  hash,
  forAccount,
});

/** The same of a step after which a circular may close itself. */
export interface ClosingReceipt extends SupervisionReceipt {
  /** Of the circular's own last step; null: something is left to be done. */
  closed: SupervisionReceipt | null;
}

/** One step as it stands in the history. */
export interface StoredStep<Content> {
  seq: number;
  atMs: EpochMs;
  recordedAtMs: EpochMs;
  takerId: string;
  takerAccount: string;
  /** In whose place; null: in nobody's. */
  forId: string | null;
  forAccount: string | null;
  content: Content;
  stateAfter: string;
  hash: string;
}

/** Steps of one letter or item: more is no matter any more that somebody could read. */
const MAX_STEPS = 500;

const stepSchema = z
  .object({
    seq: z.int(),
    at_ms: z.int(),
    recorded_at: z.date(),
    taker_id: z.string(),
    taker_account: z.string(),
    for_id: z.string().nullable(),
    for_account: z.string().nullable(),
    content: z.unknown(),
    state_after: z.string(),
    hash: z.string(),
  })
  .transform((row) => ({
    seq: row.seq,
    atMs: row.at_ms,
    recordedAtMs: row.recorded_at.getTime(),
    takerId: row.taker_id,
    takerAccount: row.taker_account,
    forId: row.for_id,
    forAccount: row.for_account,
    content: row.content,
    stateAfter: row.state_after,
    hash: row.hash,
  }));

/** Who signed the step by which it was issued, and in whose place; null: it was not issued. For a list, which reads no histories. */
export const issuersSql = (kind: 'letter' | 'circular', id: string): string =>
  `(SELECT ARRAY[s.taker_id, s.for_id] FROM supervision_step s WHERE s.owner_kind = '${kind}' AND s.owner_id = ${id} AND s.content->>'step' = 'issue')`;
export const issuersSchema = z.array(z.string().nullable()).nullable();
/** The one, or the one and in whose place. */
export const issuerIdsOf = (issuers: z.output<typeof issuersSchema>): readonly string[] =>
  issuers?.filter((id) => id !== null) ?? [];

/** Oldest first. */
export async function historyOf<S extends z.ZodType>(
  db: Queryable,
  owner: StepOwner,
  content: S,
): Promise<StoredStep<z.output<S>>[]> {
  const steps = await rows(
    db,
    stepSchema,
    `SELECT * FROM ${TABLES[owner.kind]} WHERE owner_kind = $1 AND owner_id = $2 ORDER BY seq`,
    [owner.kind, owner.id],
  );
  return steps.map((step) => ({ ...step, content: content.parse(step.content) }));
}

const ownedSchema = z.object({ owner_id: z.string() }).loose();

/** Of many owners of one kind at once, by owner; oldest first. */
export async function historiesOf<S extends z.ZodType>(
  db: Queryable,
  { kind, ids }: { kind: StepOwner['kind']; ids: readonly string[] },
  content: S,
): Promise<ReadonlyMap<string, readonly StoredStep<z.output<S>>[]>> {
  const found = await rows(
    db,
    ownedSchema,
    `SELECT * FROM ${TABLES[kind]} WHERE owner_kind = $1 AND owner_id = ANY($2::text[]) ORDER BY owner_id, seq`,
    [kind, ids],
  );
  const histories = new Map<string, StoredStep<z.output<S>>[]>();
  for (const { owner_id: ownerId, ...row } of found) {
    const step = stepSchema.parse(row);
    const history = histories.get(ownerId) ?? [];
    history.push({ ...step, content: content.parse(step.content) });
    histories.set(ownerId, history);
  }
  return histories;
}

/** Throws RefusedError('too-many') for a history that is full. */
export async function appendStep<Content>(
  client: ClientBase,
  owner: StepOwner,
  step: { content: Content; taker: Taker; stateAfter: string; nowMs: EpochMs },
  last: Pick<StoredStep<Content>, 'seq' | 'hash'> | null,
): Promise<StoredStep<Content>> {
  const seq = (last?.seq ?? 0) + 1;
  if (seq > MAX_STEPS) throw new RefusedError('too-many', `一件事最多办理 ${MAX_STEPS} 步，请另行登记。`);
  const { content, taker, stateAfter, nowMs } = step;
  const forId = taker.standsFor?.id ?? null;
  const forAccount = taker.standsFor?.account ?? null;
  const written = { seq, atMs: nowMs, takerId: taker.id, takerAccount: taker.account, forId, forAccount, content, stateAfter };
  const hash = chainedHash(last?.hash ?? CHAIN_START, entryOf(owner, written));
  await execute(
    client,
    `INSERT INTO ${TABLES[owner.kind]} (owner_kind, owner_id, seq, at_ms, taker_id, taker_account, for_id, for_account, content, state_after, hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [owner.kind, owner.id, seq, nowMs, taker.id, taker.account, forId, forAccount, JSON.stringify(content), stateAfter, hash],
  );
  return { ...written, hash, recordedAtMs: nowMs };
}

/** Whether the history is as it was written. */
export function isUnbroken(owner: StepOwner, steps: readonly StoredStep<unknown>[], head: string): boolean {
  return isUnbrokenChain(steps, (step) => entryOf(owner, step), head);
}

/**
 * The same for a unit: it is told neither who of the commission took the step, nor which it was. Some are none of its business.
 * Throws RefusedError('conflict').
 */
export function assertUnitSeenLast(last: StoredStep<unknown>, revision: number, noun: string): void {
  if (last.seq === revision) return;
  throw new RefusedError('conflict', `您打开页面之后，${noun}又有人办理过。请刷新页面，看过最新情况再办理。`);
}

/** Throws RefusedError('conflict'), with who was quicker, where somebody has taken a step since. */
export function assertSeenLast(
  last: StoredStep<unknown>,
  revision: number,
  { number, stepLabel }: { number: string; stepLabel: string },
): void {
  if (last.seq === revision) return;
  const who = last.forAccount === null ? last.takerAccount : `${last.takerAccount}（代${last.forAccount}）`;
  const what = `${who} 已于 ${toChinaMinute(last.atMs)} 对${number}“${stepLabel}”`;
  throw new RefusedError('conflict', `您打开页面之后，${what}。请刷新页面，看过最新情况再办理。`);
}

type Entry = Omit<StoredStep<unknown>, 'hash' | 'recordedAtMs'>;

/** In an order that is never changed: hashes that stand would not be met any more. */
function entryOf({ kind, id }: StepOwner, step: Entry): readonly unknown[] {
  const { seq, atMs, takerId, takerAccount, forId, forAccount, stateAfter, content } = step;
  const entry = [kind, id, seq, atMs, takerId, takerAccount, stateAfter, content];
  return forId === null ? entry : [...entry, forId, forAccount];
}
