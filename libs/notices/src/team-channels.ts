import { RefusedError, type Clock, type EpochMs, type IdSource } from '@tianyan/kernel';
import { execute, inTransaction, maybeRow, row, rows, type ClientBase, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { NoticeOutbox } from './outbox.js';
import { CHANNEL_KINDS, sealTarget, shownOf, type ChannelKind, type ChannelTarget } from './sealed-target.js';
import { severityOfRank, severityRank, type NoticeSeverity } from './severity.js';

/** A way out beside inbox and webhook: an address of e-mail, the robot of a chat group. */
export interface TeamChannel {
  id: string;
  teamId: string;
  kind: ChannelKind;
  name: string;
  /** Whose own it is: told outside the team's hours only when that person is on duty. Null: all of the team's. */
  userId: string | null;
  /** What of its target may be shown. */
  shown: string;
  /** Milder alerts are not sent this way. */
  minSeverity: NoticeSeverity;
  /** The last message that tried it out; null: none yet. */
  lastTest: ChannelTest | null;
}

/** What came of a test message. `waiting`: not sent yet, or to be tried again, with the reason. */
export interface ChannelTest {
  state: 'waiting' | 'delivered' | 'dead';
  reason: string | null;
  /** Machine time at which it was asked for. */
  askedAtMs: EpochMs;
}

export interface ChannelSettings {
  name: string;
  /** Null where it is not said. */
  userId?: string | null;
  minSeverity: NoticeSeverity;
  target: ChannelTarget;
}

/** A team has a few; each is a message more for every alert. */
export const MAX_CHANNELS_PER_TEAM = 20;
const UNIQUE_VIOLATION = '23505';
const NO_TEAM = '没有这个监督组，请刷新页面';
const NO_CHANNEL = '没有这个渠道，请刷新页面';

const channelSchema = z
  .object({
    id: z.string(),
    team_id: z.string(),
    kind: z.enum(CHANNEL_KINDS),
    name: z.string(),
    user_id: z.string().nullable(),
    shown: z.string(),
    min_severity: z.int(),
    test_state: z.enum(['waiting', 'delivered', 'dead']).nullable(),
    test_reason: z.string().nullable(),
    test_asked_at_ms: z.int().nullable(),
  })
  .transform((channel): TeamChannel => ({
    id: channel.id,
    teamId: channel.team_id,
    kind: channel.kind,
    name: channel.name,
    userId: channel.user_id,
    shown: channel.shown,
    minSeverity: severityOfRank(channel.min_severity),
    lastTest:
      channel.test_state === null
        ? null
        : { state: channel.test_state, reason: channel.test_reason, askedAtMs: channel.test_asked_at_ms ?? 0 },
  }));
const countSchema = z.object({ count: z.int() });
const testedSchema = z.object({ team_id: z.string(), kind: z.enum(CHANNEL_KINDS), name: z.string() });
const roundSchema = z.object({ round: z.int(), waits: z.boolean() });

const LIST = `
  SELECT c.id, c.team_id, c.kind, c.name, c.user_id, c.shown, c.min_severity,
    t.state AS test_state, t.last_error AS test_reason, t.created_at_ms AS test_asked_at_ms
  FROM team_channel c LEFT JOIN LATERAL (
    SELECT d.state, d.last_error, d.created_at_ms FROM notice_delivery d
    WHERE d.subject_kind = 'channel' AND d.subject_id = c.id ORDER BY d.id DESC LIMIT 1) t ON true
  ORDER BY c.name, c.id`;

const GIVE_UP_TESTS = `
  UPDATE notice_delivery SET state = 'cancelled' WHERE subject_kind = 'channel' AND subject_id = $1 AND state = 'waiting'`;

/** The channels of the teams, for whoever runs them. */
export class TeamChannels {
  constructor(
    private readonly parts: {
      pool: Pool;
      ids: IdSource;
      /** The machine's. */
      clock: Clock;
      /** The installation's secret, under which targets are sealed; the notifier opens them with the same. */
      secret: string;
    },
  ) {}

  /** Of all teams, by name. */
  async list(): Promise<TeamChannel[]> {
    return rows(this.parts.pool, channelSchema, LIST);
  }

  /**
   * Resolves with its id. Throws RefusedError: `not-found` without the team, `conflict` for a name that is taken or one too many, `invalid` for
   * somebody who is not of the team.
   */
  async add(teamId: string, settings: ChannelSettings): Promise<string> {
    const { pool, ids, clock, secret } = this.parts;
    const id = ids.next();
    const { name, target, minSeverity, userId = null } = settings;
    await inTransaction(pool, async (client) => {
      await assertRoom(client, teamId);
      await assertMember(client, teamId, userId);
      await execute(
        client,
        `INSERT INTO team_channel (id, team_id, kind, name, shown, sealed_target, min_severity, created_at_ms, user_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [
          id,
          teamId,
          target.kind,
          name,
          shownOf(target),
          sealTarget(secret, id, target),
          severityRank(minSeverity),
          clock.nowMs(),
          userId,
        ],
      );
    }).catch((error: unknown) => {
      const taken = typeof error === 'object' && error !== null && 'code' in error && error.code === UNIQUE_VIOLATION;
      throw taken ? new RefusedError('conflict', '这个组已有同名的渠道，请换一个名称') : error;
    });
    return id;
  }

  /** What waits for it becomes dead letters. Throws RefusedError('not-found'). */
  async remove(id: string): Promise<void> {
    const removed = await execute(this.parts.pool, 'DELETE FROM team_channel WHERE id = $1', [id]);
    if (removed !== 1) throw new RefusedError('not-found', NO_CHANNEL);
  }

  /** Sends a message that says nothing, the way that alerts go. Throws RefusedError: `not-found`; `conflict` while another is under way. */
  async test(id: string): Promise<void> {
    const { pool, clock } = this.parts;
    await inTransaction(pool, async (client) => {
      // The lock makes tests of one channel take their rounds in turn.
      const channel = await maybeRow(
        client,
        testedSchema,
        'SELECT team_id, kind, name FROM team_channel WHERE id = $1 FOR UPDATE',
        [id],
      );
      if (!channel) throw new RefusedError('not-found', NO_CHANNEL);
      const { round, waits } = await row(
        client,
        roundSchema,
        `SELECT coalesce(max(round) + 1, 0) AS round, coalesce(bool_or(state = 'waiting' AND last_error IS NULL), false) AS waits
         FROM notice_delivery WHERE subject_kind = 'channel' AND subject_id = $1`,
        [id],
      );
      if (waits) throw new RefusedError('conflict', '上一条测试消息还在发送，请等它有了结果再试');
      // One that failed so far is given up: whoever tries again has changed something.
      await execute(client, GIVE_UP_TESTS, [id]);
      await new NoticeOutbox(clock).enqueue(
        client,
        {
          subject: { kind: 'channel', id },
          kind: 'channel-test',
          round,
          severity: 'low',
          title: `渠道“${channel.name}”的测试消息`,
          text: '收到这条消息，说明这个渠道可以接收预警。不用处理。',
          townshipCode: null,
          occurredAtMs: clock.nowMs(),
          path: '/teams',
          settlesForMs: 0,
        },
        [{ channel: channel.kind, channelId: id, teamId: channel.team_id }],
      );
    });
  }
}

async function assertMember(client: ClientBase, teamId: string, userId: string | null): Promise<void> {
  if (userId === null) return;
  const sql = 'SELECT count(*) AS count FROM alert_team_member WHERE team_id = $1 AND user_id = $2';
  const { count } = await row(client, countSchema, sql, [teamId, userId]);
  if (count === 0) throw new RefusedError('invalid', '这个人不是本组成员，请刷新页面后重新选择');
}

async function assertRoom(client: ClientBase, teamId: string): Promise<void> {
  const team = await maybeRow(client, z.object({ id: z.string() }), 'SELECT id FROM alert_team WHERE id = $1 FOR UPDATE', [
    teamId,
  ]);
  if (!team) throw new RefusedError('not-found', NO_TEAM);
  const { count } = await row(client, countSchema, 'SELECT count(*) AS count FROM team_channel WHERE team_id = $1', [teamId]);
  if (count >= MAX_CHANNELS_PER_TEAM) throw new RefusedError('conflict', `一个组最多设 ${MAX_CHANNELS_PER_TEAM} 个渠道`);
}
