import { RefusedError, type Clock, type EpochMs } from '@tianyan/kernel';
import { execute, maybeRow, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import type { FeedName } from './snapshot-store.js';

/** What a person says of a list that waits: its missing rows are gone, or it was not whole. */
const LIST_DECISIONS = ['delete', 'discard'] as const;
export type ListDecision = (typeof LIST_DECISIONS)[number];

/** A full list that lacks so many rows that nothing was deleted. Its other rows were taken. */
export interface HeldList {
  feed: string;
  /** The file that waits in the folder; null for a list that is asked for again by itself. */
  fileName: string | null;
  /** Rows that it lacks, of those that were known. */
  missing: number;
  known: number;
  heldAtMs: EpochMs;
  /** Null while it waits for a person. */
  decision: ListDecision | null;
  decidedBy: string | null;
}

/** What people read about it at its source. */
export function heldListText({ fileName, missing, known, decision, decidedBy }: HeldList): string {
  const which = fileName === null ? '名单' : `${fileName} `;
  const lack = `${which}比上次少了 ${missing} 条（原有 ${known} 条），没有删除任何记录`;
  if (decision === null) return `${lack}，等待确认`;
  return decision === 'delete' ? `${lack}；${decidedBy} 已确认删除，下次读取时删除` : `${lack}；${decidedBy} 认定不完整`;
}

/** As it stands in an answer of several. */
export const heldListSchema = z.object({
  feed: z.string(),
  fileName: z.string().nullable(),
  missing: z.int(),
  known: z.int(),
  heldAtMs: z.int(),
  decision: z.enum(LIST_DECISIONS).nullable(),
  decidedBy: z.string().nullable(),
}) satisfies z.ZodType<HeldList>;

const heldRowSchema = z
  .object({
    feed: z.string(),
    file_name: z.string().nullable(),
    missing: z.int(),
    known: z.int(),
    held_at_ms: z.int(),
    decision: z.enum(LIST_DECISIONS).nullable(),
    decided_by: z.string().nullable(),
  })
  .transform((row): HeldList => ({
    feed: row.feed,
    fileName: row.file_name,
    missing: row.missing,
    known: row.known,
    heldAtMs: row.held_at_ms,
    decision: row.decision,
    decidedBy: row.decided_by,
  }));

/** Lists that wait for a person, one per feed: the newest counts. */
export class HeldLists {
  constructor(
    private readonly pool: Pool,
    private readonly machineClock: Clock,
  ) {}

  async find({ source, feed }: FeedName): Promise<HeldList | null> {
    return maybeRow(this.pool, heldRowSchema, 'SELECT * FROM held_list WHERE source = $1 AND feed = $2', [source, feed]);
  }

  /** Waits from now on, instead of an earlier list of the feed. The same list found again keeps its time, which a decision names. */
  async hold({ source, feed }: FeedName, list: Pick<HeldList, 'fileName' | 'missing' | 'known'>): Promise<void> {
    await execute(
      this.pool,
      `INSERT INTO held_list (source, feed, file_name, missing, known, held_at_ms) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (source, feed) DO UPDATE SET file_name = excluded.file_name, missing = excluded.missing, known = excluded.known,
         held_at_ms = excluded.held_at_ms, decision = NULL, decided_by = NULL, decided_at_ms = NULL
       WHERE (held_list.file_name, held_list.missing, held_list.known, held_list.decision)
         IS DISTINCT FROM (excluded.file_name, excluded.missing, excluded.known, NULL)`,
      [source, feed, list.fileName, list.missing, list.known, this.machineClock.nowMs()],
    );
  }

  /** A whole list has come, or the one that waited is dealt with. */
  async clear({ source, feed }: FeedName): Promise<void> {
    await execute(this.pool, 'DELETE FROM held_list WHERE source = $1 AND feed = $2', [source, feed]);
  }

  /**
   * Notes what a person decided; the next reading of the feed does it. Only the rows that were missing when the list was
   * held are covered: what goes missing afterwards is judged anew.
   * @param input.heldAtMs of the list that the person saw: a newer one has other numbers
   * Throws RefusedError `not-found`, `conflict`.
   */
  async decide(name: FeedName, input: { decision: ListDecision; heldAtMs: EpochMs; actor: string }): Promise<void> {
    const decided = await execute(
      this.pool,
      `WITH decided AS (
         UPDATE held_list SET decision = $4, decided_by = $5, decided_at_ms = $6
         WHERE source = $1 AND feed = $2 AND held_at_ms = $3 AND decision IS NULL RETURNING source, feed, decision),
       marked AS (
         UPDATE snapshot_row s SET removal_confirmed = decided.decision = 'delete',
           missing_since_ms = CASE WHEN decided.decision = 'delete' THEN s.missing_since_ms END
         FROM decided WHERE s.source = decided.source AND s.feed = decided.feed AND s.missing_since_ms IS NOT NULL)
       SELECT 1 FROM decided`,
      [name.source, name.feed, input.heldAtMs, input.decision, input.actor, this.machineClock.nowMs()],
    );
    if (decided === 1) return;
    const now = await this.find(name);
    if (now === null) throw new RefusedError('not-found', '没有等待确认的名单：可能已经收到完整的名单');
    throw new RefusedError(
      'conflict',
      now.decision === null ? '名单又有变化，请刷新页面，看过新的数字再确认' : '这份名单已经有人处理过了，请刷新页面',
    );
  }
}
