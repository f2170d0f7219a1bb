import {
  execute,
  inTransaction,
  lockInTransaction,
  maybeRow,
  notify,
  row as onlyRow,
  rows,
  type ClientBase,
  type ListeningSession,
  type Pool,
  type Queryable,
} from '@tianyan/postgres';
import { z } from 'zod';
import { PartitionLostError, type ConsumerOptions } from '../port.js';
import { movesFor } from './assignment.js';
import { offsetAtTime } from './log-reader.js';
import { GROUP_CHANNEL } from './notifications.js';
import type { PostgresStreamOptions } from './options.js';
import type { Topic } from './topics.js';

/** A partition that this member owns, under the generation that fences its commits. */
export interface Ownership {
  topic: Topic;
  partition: number;
  generation: number;
  /** Where reading begins. */
  committedOffset: number;
}

/** What the database says this member should have and do now. */
export interface SyncResult {
  owned: Ownership[];
  /** Owned partitions that should be given back once nothing of them is in hand. */
  toRelease: { topicId: number; partition: number }[];
}

const partitionSchema = z.object({
  topic_id: z.int(),
  partition: z.int(),
  member_id: z.string().nullable(),
  generation: z.int(),
  committed_offset: z.int().nullable(),
  first_offset: z.int(),
  next_offset: z.int(),
});
type PartitionRow = z.output<typeof partitionSchema>;

const memberSchema = z
  .object({ member_id: z.string(), topic_ids: z.array(z.int()) })
  .transform(({ member_id: memberId, topic_ids: topicIds }) => ({ memberId, topicIds }));
type Member = z.output<typeof memberSchema>;

const joinedSchema = z.object({ joined: z.boolean() });
const claimedSchema = z.object({ generation: z.int(), committed_offset: z.int() });
const remainingSchema = z.object({ remaining_ms: z.number() });

/**
 * One member's side of a consumer group, all of whose state is in the database and measured by the database's clock.
 * Mutual exclusion rests on rows, not on agreement: a partition is taken only when its row names nobody, and it names
 * nobody only after its owner gave it back or the owner's member row was deleted.
 */
export class Membership {
  constructor(
    private readonly pool: Pool,
    private readonly topics: readonly Topic[],
    private readonly consumer: Pick<ConsumerOptions, 'group' | 'startFrom'>,
    private readonly memberId: string,
    private readonly options: PostgresStreamOptions,
  ) {}

  /** Renews the lease (or joins), removes dead members, takes free partitions up to this member's share. */
  async sync(session: ListeningSession): Promise<SyncResult> {
    return inTransaction(this.pool, async (client) => {
      // One member of a group at a time: two could otherwise both count the same free partitions into their share.
      await lockInTransaction(client, `stream_group:${this.consumer.group}`);
      let changed = await this.renew(client, session);
      changed = (await this.removeDead(client)) || changed;
      const { members, partitions } = await this.read(client);
      const holdings = partitions.map((row) => ({ topicId: row.topic_id, partition: row.partition, memberId: row.member_id }));
      const moves = movesFor(this.memberId, members, holdings);
      for (const wish of moves.claim) {
        const row = partitions.find((candidate) => candidate.topic_id === wish.topicId && candidate.partition === wish.partition);
        if (row) await this.claim(client, row);
      }
      if (changed) await notify(client, GROUP_CHANNEL, this.consumer.group);
      const owned = partitions.filter((row) => row.member_id === this.memberId).map((row) => this.toOwnership(row));
      return { owned, toRelease: moves.release };
    });
  }

  /** @returns whether this member is new to the group (it may have been thought dead). */
  private async renew(client: ClientBase, session: ListeningSession): Promise<boolean> {
    const { joined } = await onlyRow(
      client,
      joinedSchema,
      `INSERT INTO stream_members (member_id, group_name, topic_ids, backend_pid, backend_started_at, renewed_at, expires_at)
       VALUES ($1, $2, $3, $4, $5::timestamptz, clock_timestamp(), clock_timestamp() + make_interval(secs => $6 / 1000.0))
       ON CONFLICT (member_id) DO UPDATE SET backend_pid = excluded.backend_pid, backend_started_at = excluded.backend_started_at,
         renewed_at = excluded.renewed_at, expires_at = excluded.expires_at
       RETURNING xmax = 0 AS joined`,
      [
        this.memberId,
        this.consumer.group,
        this.topics.map((topic) => topic.topicId),
        session.backendPid,
        session.backendStartedAt,
        this.options.leaseMs,
      ],
    );
    return joined;
  }

  /**
   * Dead is whose lease ran out, or whose server session has ended and who has missed a heartbeat since (a process that
   * only lost its connection comes back sooner). Deleting the row frees its partitions by the foreign key.
   */
  private async removeDead(client: ClientBase): Promise<boolean> {
    const dead = await execute(
      client,
      `DELETE FROM stream_members m
       WHERE m.group_name = $1 AND m.member_id <> $2
         AND (m.expires_at < clock_timestamp()
           OR (m.renewed_at < clock_timestamp() - make_interval(secs => $3 / 1000.0)
             AND NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.pid = m.backend_pid AND a.backend_start = m.backend_started_at)))`,
      [this.consumer.group, this.memberId, this.options.heartbeatMs],
    );
    return dead > 0;
  }

  private async read(client: ClientBase): Promise<{ members: Member[]; partitions: PartitionRow[] }> {
    const topicIds = this.topics.map((topic) => topic.topicId);
    await execute(
      client,
      `INSERT INTO stream_group_partitions (group_name, topic_id, partition)
       SELECT $1, p.topic_id, p.partition FROM stream_partitions p WHERE p.topic_id = ANY($2)
         AND NOT EXISTS (SELECT 1 FROM stream_group_partitions g WHERE g.group_name = $1 AND g.topic_id = p.topic_id AND g.partition = p.partition)
       ON CONFLICT DO NOTHING`,
      [this.consumer.group, topicIds],
    );
    const sql = 'SELECT member_id, topic_ids FROM stream_members WHERE group_name = $1';
    const members = await rows(client, memberSchema, sql, [this.consumer.group]);
    const partitions = await rows(
      client,
      partitionSchema,
      `SELECT g.topic_id, g.partition, g.member_id, g.generation, g.committed_offset, p.first_offset, p.next_offset
       FROM stream_group_partitions g JOIN stream_partitions p USING (topic_id, partition)
       WHERE g.group_name = $1 AND g.topic_id = ANY($2) ORDER BY g.topic_id, g.partition`,
      [this.consumer.group, topicIds],
    );
    return { members, partitions };
  }

  /** Takes a free partition; where the group has no offset yet, the start is stored at once, so that a later owner goes on from it. */
  private async claim(client: ClientBase, row: PartitionRow): Promise<void> {
    const startOffset = row.committed_offset ?? (await this.startOffset(client, row));
    const claimed = await maybeRow(
      client,
      claimedSchema,
      `UPDATE stream_group_partitions SET member_id = $4, generation = generation + 1, committed_offset = $5
       WHERE group_name = $1 AND topic_id = $2 AND partition = $3 AND member_id IS NULL
       RETURNING generation, committed_offset`,
      [this.consumer.group, row.topic_id, row.partition, this.memberId, startOffset],
    );
    if (!claimed) return;
    row.member_id = this.memberId;
    row.generation = claimed.generation;
    row.committed_offset = claimed.committed_offset;
  }

  private async startOffset(client: ClientBase, row: PartitionRow): Promise<number> {
    const { startFrom } = this.consumer;
    if (startFrom === 'earliest') return row.first_offset;
    if (startFrom === 'latest') return row.next_offset;
    return offsetAtTime(client, {
      topicId: row.topic_id,
      partition: row.partition,
      atMs: startFrom.atMs,
      endOffset: row.next_offset,
    });
  }

  private toOwnership(row: PartitionRow): Ownership {
    const topic = this.topics.find((candidate) => candidate.topicId === row.topic_id);
    if (!topic) throw new Error(`topic ${row.topic_id} is not read by this member`);
    return {
      topic,
      partition: row.partition,
      generation: row.generation,
      // Retention may have gone past what was committed.
      committedOffset: Math.max(row.committed_offset ?? 0, row.first_offset),
    };
  }

  /** Moves the group's offset. @throws PartitionLostError when the generation is no longer this one. */
  async commit(owned: Ownership, nextOffset: number, client: Queryable = this.pool): Promise<void> {
    const moved = await execute(
      client,
      `UPDATE stream_group_partitions SET committed_offset = $6
       WHERE group_name = $1 AND topic_id = $2 AND partition = $3 AND member_id = $4 AND generation = $5`,
      [this.consumer.group, owned.topic.topicId, owned.partition, this.memberId, owned.generation, nextOffset],
    );
    if (moved !== 1) throw new PartitionLostError(owned.topic.topic, owned.partition);
  }

  /**
   * Passes only while the database names this member as owner under this generation, and leaves at least half a lease
   * for the effect that follows: with less than that it renews first. A member found dead is deleted under a row lock,
   * so renewal and removal cannot both succeed.
   */
  async assertOwned(owned: Ownership): Promise<void> {
    if ((await this.remainingLeaseMs(owned)) >= this.options.leaseMs / 2) return;
    await execute(
      this.pool,
      `UPDATE stream_members SET renewed_at = clock_timestamp(), expires_at = clock_timestamp() + make_interval(secs => $2 / 1000.0)
         WHERE member_id = $1`,
      [this.memberId, this.options.leaseMs],
    );
    if ((await this.remainingLeaseMs(owned)) < 0) throw new PartitionLostError(owned.topic.topic, owned.partition);
  }

  private async remainingLeaseMs(owned: Ownership): Promise<number> {
    const lease = await maybeRow(
      this.pool,
      remainingSchema,
      `SELECT (extract(epoch FROM m.expires_at - clock_timestamp()) * 1000)::float8 AS remaining_ms
         FROM stream_group_partitions g JOIN stream_members m USING (member_id)
         WHERE g.group_name = $1 AND g.topic_id = $2 AND g.partition = $3 AND g.member_id = $4 AND g.generation = $5`,
      [this.consumer.group, owned.topic.topicId, owned.partition, this.memberId, owned.generation],
    );
    if (!lease) throw new PartitionLostError(owned.topic.topic, owned.partition);
    return lease.remaining_ms;
  }

  /** Gives partitions back and tells the others. */
  async release(partitions: readonly { topicId: number; partition: number }[]): Promise<void> {
    await execute(
      this.pool,
      `WITH freed AS (
           UPDATE stream_group_partitions SET member_id = NULL
           WHERE group_name = $1 AND member_id = $2 AND (topic_id, partition) IN (SELECT * FROM unnest($3::integer[], $4::integer[]))
           RETURNING 1
         )
         SELECT pg_notify($5, $1) FROM freed LIMIT 1`,
      [this.consumer.group, this.memberId, partitions.map((p) => p.topicId), partitions.map((p) => p.partition), GROUP_CHANNEL],
    );
  }

  /** Leaves the group; its partitions are free at once. */
  async leave(): Promise<void> {
    await execute(
      this.pool,
      `WITH gone AS (DELETE FROM stream_members WHERE member_id = $1 RETURNING group_name)
         SELECT pg_notify($2, group_name) FROM gone`,
      [this.memberId, GROUP_CHANNEL],
    );
  }
}
