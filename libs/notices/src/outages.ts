import type { EpochMs } from '@tianyan/kernel';
import { execute, maybeRow, row, rows, type ClientBase, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';

/**
 * Of a source: `failing`: reading it fails; `silent`: it has not been read for longer than its rhythm allows. Of the platform itself: `dead-letters`:
 * notices were given up; `growing`: more rows come into the quarantine than people can look at; `filling`: the disk has little room left;
 * `unstored`: records were given up.
 */
export const TROUBLES = ['failing', 'silent', 'dead-letters', 'growing', 'filling', 'unstored'] as const;
export type Trouble = (typeof TROUBLES)[number];

/** What is out: a source, by name, or a part of the platform itself. */
export interface OutageSubject {
  kind: 'source' | 'platform';
  id: string;
}

/** A time in which something was out (中断). All times are the machine's. */
export interface Outage {
  subject: OutageSubject;
  /** Counts the outages of the subject, from 0: the round of their notices. */
  round: number;
  trouble: Trouble;
  beganAtMs: EpochMs;
  seenAtMs: EpochMs;
  /** Null: nobody has been told, it may pass by itself. */
  toldAtMs: EpochMs | null;
  /** When it was last told again; null: once alone. */
  remindedAtMs: EpochMs | null;
  /** How often it was told again. */
  reminders: number;
  /** Since when it has worked again; null: it does not. */
  wellSinceMs: EpochMs | null;
}

const outageSchema = z
  .object({
    subject_kind: z.enum(['source', 'platform']),
    subject_id: z.string(),
    round: z.int(),
    trouble: z.enum(TROUBLES),
    began_at_ms: z.int(),
    seen_at_ms: z.int(),
    told_at_ms: z.int().nullable(),
    reminded_at_ms: z.int().nullable(),
    reminders: z.int(),
    well_since_ms: z.int().nullable(),
  })
  .transform((found): Outage => ({
    subject: { kind: found.subject_kind, id: found.subject_id },
    round: found.round,
    trouble: found.trouble,
    beganAtMs: found.began_at_ms,
    seenAtMs: found.seen_at_ms,
    toldAtMs: found.told_at_ms,
    remindedAtMs: found.reminded_at_ms,
    reminders: found.reminders,
    wellSinceMs: found.well_since_ms,
  }));
const countSchema = z.object({ count: z.int() });

/** Names a subject among all that may be out. */
export const outageKey = ({ kind, id }: OutageSubject): string => `${kind}:${id}`;

const keyOf = ({ subject, round }: Outage): [string, string, number] => [subject.kind, subject.id, round];
const IS_OPEN = 'subject_kind = $1 AND subject_id = $2 AND round = $3 AND ended_at_ms IS NULL';

/**
 * The outages that somebody may still have to be told of. Every change names the state that it starts from: of several notifiers
 * that look at the same time one makes it, and that one tells.
 */
export class Outages {
  constructor(private readonly db: Queryable) {}

  /** Those that have not ended, by {@link outageKey}. */
  async open(): Promise<ReadonlyMap<string, Outage>> {
    const found = await rows(this.db, outageSchema, 'SELECT * FROM outage WHERE ended_at_ms IS NULL');
    return new Map(found.map((outage) => [outageKey(outage.subject), outage]));
  }

  async begin({ kind, id }: OutageSubject, trouble: Trouble, nowMs: EpochMs): Promise<void> {
    await execute(
      this.db,
      `INSERT INTO outage (subject_kind, subject_id, round, trouble, began_at_ms, seen_at_ms)
       SELECT $1, $2, coalesce(max(round) + 1, 0), $3, $4, $4 FROM outage WHERE subject_kind = $1 AND subject_id = $2
       ON CONFLICT DO NOTHING`,
      [kind, id, trouble, nowMs],
    );
  }

  /** It is still so. Patience begins anew at `beganAtMs` where nobody looked for a time. */
  async seen(outage: Outage, trouble: Trouble, at: { nowMs: EpochMs; beganAtMs: EpochMs }): Promise<void> {
    await execute(
      this.db,
      `UPDATE outage SET seen_at_ms = greatest(seen_at_ms, $4), well_since_ms = NULL, trouble = $5,
         began_at_ms = CASE WHEN told_at_ms IS NULL THEN $6 ELSE began_at_ms END
       WHERE ${IS_OPEN}`,
      [...keyOf(outage), at.nowMs, trouble, at.beganAtMs],
    );
  }

  /** It works. `sinceMs` counts where it did not before, or nobody looked for a time. */
  async well(outage: Outage, at: { nowMs: EpochMs; sinceMs: EpochMs }): Promise<void> {
    await execute(
      this.db,
      `UPDATE outage SET seen_at_ms = greatest(seen_at_ms, $4), well_since_ms = greatest(coalesce(well_since_ms, $5), $5)
       WHERE ${IS_OPEN}`,
      [...keyOf(outage), at.nowMs, at.sinceMs],
    );
  }

  /** Forgets one that passed before anybody was told. */
  async forget(outage: Outage): Promise<void> {
    await execute(this.db, `DELETE FROM outage WHERE ${IS_OPEN} AND told_at_ms IS NULL`, keyOf(outage));
  }
}

const TELL = `UPDATE outage SET told_at_ms = $4 WHERE ${IS_OPEN} AND told_at_ms IS NULL RETURNING *`;
const REMIND = `
  UPDATE outage SET reminded_at_ms = $4, reminders = reminders + 1 WHERE ${IS_OPEN} AND told_at_ms IS NOT NULL AND reminders = $5 RETURNING *`;
const REMINDED_BEFORE = `
  SELECT coalesce(sum(reminders), 0)::int - 1 AS count FROM outage WHERE subject_kind = $1 AND subject_id = $2`;
const END = `UPDATE outage SET ended_at_ms = $4 WHERE ${IS_OPEN} AND told_at_ms IS NOT NULL RETURNING *`;

/** In the transaction that enqueues the notice. Null: another notifier was faster. */
export function markTold(client: ClientBase, outage: Outage, nowMs: EpochMs): Promise<Outage | null> {
  return maybeRow(client, outageSchema, TELL, [...keyOf(outage), nowMs]);
}

/** Like {@link markTold}, for the notice that it lasts; with the round of that notice, which counts over all outages of the subject. */
export async function markReminded(
  client: ClientBase,
  outage: Outage,
  nowMs: EpochMs,
): Promise<{ outage: Outage; round: number } | null> {
  const reminded = await maybeRow(client, outageSchema, REMIND, [...keyOf(outage), nowMs, outage.reminders]);
  if (reminded === null) return null;
  const { count: round } = await row(client, countSchema, REMINDED_BEFORE, [outage.subject.kind, outage.subject.id]);
  return { outage: reminded, round };
}

/** Like {@link markTold}, for the notice that it is over. */
export function markEnded(client: ClientBase, outage: Outage, nowMs: EpochMs): Promise<Outage | null> {
  return maybeRow(client, outageSchema, END, [...keyOf(outage), nowMs]);
}

/** Notices given up since an instant, beside those about the platform itself: they would keep alive what they tell of. */
export async function deadLettersSince(db: Queryable, sinceMs: EpochMs): Promise<number> {
  const { count } = await row(
    db,
    countSchema,
    `SELECT count(*) AS count FROM notice_delivery WHERE state = 'dead' AND created_at_ms >= $1 AND subject_kind NOT IN ('platform', 'channel')`,
    [sinceMs],
  );
  return count;
}
