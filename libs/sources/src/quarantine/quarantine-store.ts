import type { TypedRecord } from '@tianyan/contracts';
import { contentHash, type Clock, type EpochMs } from '@tianyan/kernel';
import { execute, maybeRow, rows, type ClientBase, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { groupKeyOf, type RefusedField, type RefusedRow } from './refused-row.js';

const QUARANTINE_STATES = ['open', 'replayed', 'discarded'] as const;
export type QuarantineState = (typeof QUARANTINE_STATES)[number];

export interface QuarantineItem extends RefusedRow {
  id: number;
  /** Rows of one feed that broke in the same way. */
  groupKey: string;
  /** Longer than `raw` when the text was cut. */
  rawChars: number;
  state: QuarantineState;
  /** How often exactly this row has come in. */
  seenCount: number;
  firstSeenAtMs: EpochMs;
  lastSeenAtMs: EpochMs;
  /** County clock at the last arrival; null for rows from before this was noted. */
  receivedAtMs: EpochMs | null;
  settledAtMs: EpochMs | null;
  settledBy: string | null;
  settlement: string | null;
}

export interface QuarantineQuery {
  state?: QuarantineState;
  source?: string;
  type?: string;
  group?: string;
  /** Settled by this mend. */
  mend?: number;
  /** Items older than this id: the last id of the page before. */
  beforeId?: number;
  limit: number;
}

/** Longest raw text kept of a refused row. The whole of it stays in its file or upstream. */
export const MAX_QUARANTINE_RAW_CHARS = 1024 * 1024;
/** Most items of one page. */
export const MAX_QUARANTINE_PAGE = 200;

/** A row of which nothing was refused, with what became of it. */
export interface AcceptedRow {
  raw: string;
  records: readonly TypedRecord[];
}

/** The same row of the same feed has the same, and only that. */
export function fingerprintOf({ source, feed, type, raw }: Pick<RefusedRow, 'source' | 'feed' | 'type' | 'raw'>): string {
  return contentHash(JSON.stringify([source, feed, type, raw]));
}

export const refusedFieldSchema = z.object({
  field: z.string(),
  label: z.string(),
  reason: z.string(),
}) satisfies z.ZodType<RefusedField>;

/** A whole row of `quarantine`. */
export const itemSchema = z
  .object({
    id: z.int(),
    source: z.string(),
    feed: z.string(),
    type: z.string().nullable(),
    record_id: z.string().nullable(),
    field: z.string().nullable(),
    label: z.string().nullable(),
    reason: z.string(),
    problems: z.array(refusedFieldSchema),
    group_key: z.string(),
    received_at_ms: z.int().nullable(),
    raw: z.string(),
    raw_chars: z.int(),
    row_number: z.int().nullable(),
    version: z.int().nullable(),
    state: z.enum(QUARANTINE_STATES),
    seen_count: z.int(),
    first_seen_at_ms: z.int(),
    last_seen_at_ms: z.int(),
    settled_at_ms: z.int().nullable(),
    settled_by: z.string().nullable(),
    settlement: z.string().nullable(),
  })
  .transform((row): QuarantineItem => ({
    id: row.id,
    source: row.source,
    feed: row.feed,
    type: row.type,
    recordId: row.record_id,
    field: row.field,
    label: row.label,
    reason: row.reason,
    problems: row.problems,
    groupKey: row.group_key,
    raw: row.raw,
    rawChars: row.raw_chars,
    rowNumber: row.row_number,
    version: row.version,
    state: row.state,
    seenCount: row.seen_count,
    firstSeenAtMs: row.first_seen_at_ms,
    lastSeenAtMs: row.last_seen_at_ms,
    receivedAtMs: row.received_at_ms,
    settledAtMs: row.settled_at_ms,
    settledBy: row.settled_by,
    settlement: row.settlement,
  }));
const countSchema = z.object({ state: z.enum(QUARANTINE_STATES), count: z.int() });
const sameSchema = z.object({ id: z.int(), fingerprint: z.string() });
const laterSchema = z.object({ id: z.int(), place: z.int() });

/** Rows set aside because they break their contract. */
export class QuarantineStore {
  constructor(
    private readonly pool: Pool,
    private readonly clocks: { machineClock: Clock; countyClock: Clock },
  ) {}

  /** Sets rows aside. A row that is there already is counted once more; a settled one that comes again is opened again. */
  async add(refused: readonly RefusedRow[]): Promise<void> {
    if (refused.length === 0) return;
    const byFingerprint = new Map<string, { row: RefusedRow; times: number }>();
    for (const row of refused) {
      const fingerprint = fingerprintOf(row);
      const known = byFingerprint.get(fingerprint);
      if (known) known.times++;
      else byFingerprint.set(fingerprint, { row, times: 1 });
    }
    const entries = [...byFingerprint];
    const column = <T>(pick: (row: RefusedRow) => T) => entries.map(([, { row }]) => pick(row));
    // A row that a person corrected says the same again: the correction answers it. Settled any other way, it is open again
    // when it comes after a replay, because then its mapping has changed back.
    await execute(
      this.pool,
      `INSERT INTO quarantine (fingerprint, seen_count, source, feed, type, record_id, field, label, reason, problems, group_key, raw, raw_chars, row_number, version, first_seen_at_ms, last_seen_at_ms, received_at_ms)
       SELECT *, $16::bigint, $16::bigint, $17::bigint FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::jsonb[], $11::text[], $12::text[], $13::bigint[], $14::int[], $15::bigint[])
       ON CONFLICT (fingerprint) DO UPDATE SET seen_count = quarantine.seen_count + excluded.seen_count, last_seen_at_ms = excluded.last_seen_at_ms,
         received_at_ms = excluded.received_at_ms, row_number = excluded.row_number, version = excluded.version, field = excluded.field, label = excluded.label, reason = excluded.reason,
         problems = excluded.problems, group_key = excluded.group_key,
         state = CASE WHEN quarantine.state = 'replayed' AND quarantine.settlement = quarantine.raw THEN 'open' ELSE quarantine.state END`,
      [
        entries.map(([fingerprint]) => fingerprint),
        entries.map(([, entry]) => entry.times),
        column((row) => row.source),
        column((row) => row.feed),
        column((row) => row.type),
        column((row) => storable(row.recordId)),
        column((row) => row.field),
        column((row) => row.label),
        column((row) => storable(row.reason)),
        column((row) => JSON.stringify(row.problems)),
        column(groupKeyOf),
        column((row) => storable(row.raw.slice(0, MAX_QUARANTINE_RAW_CHARS))),
        column((row) => row.raw.length),
        column((row) => row.rowNumber),
        column((row) => row.version),
        this.clocks.machineClock.nowMs(),
        this.clocks.countyClock.nowMs(),
      ],
    );
  }

  /** Newest first; the next page begins before the last id of this one. */
  async list(query: QuarantineQuery): Promise<QuarantineItem[]> {
    return rows(
      this.pool,
      itemSchema,
      `SELECT * FROM quarantine
       WHERE ($1::text IS NULL OR state = $1) AND ($2::text IS NULL OR source = $2) AND ($3::text IS NULL OR type = $3) AND ($4::bigint IS NULL OR id < $4)
         AND ($5::text IS NULL OR group_key = $5) AND ($6::bigint IS NULL OR mend_id = $6)
       ORDER BY id DESC LIMIT $7`,
      [
        query.state ?? null,
        query.source ?? null,
        query.type ?? null,
        query.beforeId ?? null,
        query.group ?? null,
        query.mend ?? null,
        Math.min(query.limit, MAX_QUARANTINE_PAGE),
      ],
    );
  }

  async find(id: number): Promise<QuarantineItem | null> {
    return maybeRow(this.pool, itemSchema, 'SELECT * FROM quarantine WHERE id = $1', [id]);
  }

  async countByState(): Promise<Record<QuarantineState, number>> {
    const counted = await rows(this.pool, countSchema, 'SELECT state, count(*) AS count FROM quarantine GROUP BY state');
    const counts = { open: 0, replayed: 0, discarded: 0 };
    for (const { state, count } of counted) counts[state] = count;
    return counts;
  }

  /** Gives open rows up, within a transaction that has locked them. */
  async discard(
    client: ClientBase,
    ids: readonly number[],
    input: { actor: string; reason: string | null; mendId: number | null },
  ): Promise<void> {
    await execute(
      client,
      `UPDATE quarantine SET state = 'discarded', settled_by = $2, settlement = $3, settled_at_ms = $4, mend_id = $5 WHERE id = ANY ($1::bigint[])`,
      [ids, input.actor, storable(input.reason), this.clocks.machineClock.nowMs(), input.mendId],
    );
  }

  /** Machine clock, by which rows are seen and settled. */
  nowMs(): EpochMs {
    return this.clocks.machineClock.nowMs();
  }

  async hasOpen(source: string): Promise<boolean> {
    const sql = `SELECT 1 FROM quarantine WHERE source = $1 AND state = 'open' LIMIT 1`;
    return (await execute(this.pool, sql, [source])) === 1;
  }

  /**
   * Open rows, last seen before an instant of the machine clock, that these answer: rows with one of these fingerprints, and
   * rows that were to be one of these records under the same version or an older one. With the text that answers each.
   */
  async answeredBy(
    source: string,
    { texts, news, beforeMs }: { texts: ReadonlyMap<string, string>; news: readonly TypedRecord[]; beforeMs: EpochMs },
  ): Promise<ReadonlyMap<number, string>> {
    const same = await rows(
      this.pool,
      sameSchema,
      `SELECT id, fingerprint FROM quarantine WHERE fingerprint = ANY ($1::text[]) AND state = 'open' AND last_seen_at_ms < $2`,
      [[...texts.keys()], beforeMs],
    );
    const later = await rows(
      this.pool,
      laterSchema,
      `SELECT q.id, n.place FROM unnest($2::text[], $3::text[], $4::bigint[]) WITH ORDINALITY AS n (type, id, version, place)
       JOIN quarantine q ON q.type = n.type AND q.record_id = n.id AND q.version <= n.version
       WHERE q.source = $1 AND q.state = 'open' AND q.last_seen_at_ms < $5`,
      [
        source,
        news.map(({ type }) => type),
        news.map(({ record }) => storable(record.id)),
        news.map(({ record }) => record.version),
        beforeMs,
      ],
    );
    return new Map([
      ...later.map(({ id, place }) => [id, news[place - 1]?.record.raw ?? ''] as const),
      ...same.map(({ id, fingerprint }) => [id, texts.get(fingerprint) ?? ''] as const),
    ]);
  }

  /** Settles rows that a later reading has answered, unless they came again after the instant. */
  async settleAnswered(answers: ReadonlyMap<number, string>, { by, beforeMs }: { by: string; beforeMs: EpochMs }): Promise<void> {
    if (answers.size === 0) return;
    await execute(
      this.pool,
      `UPDATE quarantine q SET state = 'replayed', settled_by = $3, settled_at_ms = $4, settlement = a.raw
       FROM unnest($1::bigint[], $2::text[]) AS a (id, raw) WHERE q.id = a.id AND q.state = 'open' AND q.last_seen_at_ms < $5`,
      [[...answers.keys()], [...answers.values()].map(storable), by, this.nowMs(), beforeMs],
    );
  }

  /** Opens a discarded item again; false if it is not discarded. */
  async reopen(id: number): Promise<boolean> {
    const opened = await execute(
      this.pool,
      `UPDATE quarantine SET state = 'open', settled_by = NULL, settlement = NULL, settled_at_ms = NULL, mend_id = NULL
       WHERE id = $1 AND state = 'discarded'`,
      [id],
    );
    return opened === 1;
  }
}

/** PostgreSQL's text refuses the NUL character; malformed input may hold one. Shown as the symbol for it. */
export function storable<T extends string | null>(value: T): T {
  return (value === null ? null : value.replaceAll('\0', '␀')) as T; // the type of null stays null, of text text
}
