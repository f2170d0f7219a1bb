import { OutboundHosts, RefusedError, type Clock, type IdSource } from '@tianyan/kernel';
import { execute, inTransaction, maybeRow, row, rows, type ClientBase, type Pool, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';
import { IS_OF_TEAM } from './channel-owners.js';
import { personsOf, RUNGS, type Escalation } from './escalation.js';
import type { QuietHours } from './quiet-hours.js';
import { CHANNEL_KINDS, type ChannelKind } from './sealed-target.js';
import { severityOfRank, severityRank, type NoticeSeverity } from './severity.js';

export interface Team {
  id: string;
  name: string;
  /** Gets what no other team is responsible for; exactly one team is. */
  isDefault: boolean;
  townshipCodes: readonly string[];
  /** Is told of these classes of problems alone; empty: of all. */
  problemClasses: readonly string[];
  /** Is told of these units alone; empty: of all. */
  unitIds: readonly string[];
  memberIds: readonly string[];
  webhookUrl: string | null;
  /** 0: no signing key has been made yet. */
  webhookKeyVersion: number;
  /** Milder findings are not told. */
  minSeverity: NoticeSeverity;
  /** Its webhook and channels hear of the platform itself, too: of sources that fail. */
  platformNotices: boolean;
  /** How many doubts it takes on in a week; what stands behind is told in digests. Null: all. */
  weeklyBudget: number | null;
  /** Null: none. */
  quietHours: QuietHours | null;
  /** Null: what nobody acknowledges stays with the team. */
  escalation: Escalation | null;
}

export type TeamSettings = Pick<Team, 'name' | 'townshipCodes' | 'memberIds' | 'webhookUrl' | 'minSeverity'> & {
  /** False where it is not said. */
  platformNotices?: boolean;
  /** Null where it is not said. */
  weeklyBudget?: number | null;
  /** Null where it is not said. */
  quietHours?: QuietHours | null;
  /** Null where it is not said. */
  escalation?: Escalation | null;
  /** Empty where it is not said. */
  problemClasses?: readonly string[];
  /** Empty where it is not said. */
  unitIds?: readonly string[];
};

const teamSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    is_default: z.boolean(),
    min_severity: z.int(),
    platform_notices: z.boolean(),
    weekly_budget: z.int().nullable(),
    quiet_from_minute: z.int().nullable(),
    quiet_to_minute: z.int().nullable(),
    quiet_except_high: z.boolean(),
    escalation_min_severity: z.int().nullable(),
    escalation_office_hours: z.int().nullable(),
    escalation_first: z.array(z.string()),
    escalation_second: z.array(z.string()),
    webhook_url: z.string().nullable(),
    webhook_key_version: z.int(),
    problem_classes: z.array(z.string()),
    unit_ids: z.array(z.string()),
    township_codes: z.array(z.string()),
    member_ids: z.array(z.string()),
  })
  .transform((row): Team => ({
    id: row.id,
    name: row.name,
    isDefault: row.is_default,
    townshipCodes: row.township_codes,
    problemClasses: row.problem_classes,
    unitIds: row.unit_ids,
    memberIds: row.member_ids,
    webhookUrl: row.webhook_url,
    webhookKeyVersion: row.webhook_key_version,
    minSeverity: severityOfRank(row.min_severity),
    platformNotices: row.platform_notices,
    weeklyBudget: row.weekly_budget,
    quietHours:
      row.quiet_from_minute === null || row.quiet_to_minute === null
        ? null
        : { fromMinute: row.quiet_from_minute, toMinute: row.quiet_to_minute, exceptHigh: row.quiet_except_high },
    escalation:
      row.escalation_min_severity === null || row.escalation_office_hours === null
        ? null
        : {
            minSeverity: severityOfRank(row.escalation_min_severity),
            officeHours: row.escalation_office_hours,
            firstIds: row.escalation_first,
            secondIds: row.escalation_second,
          },
  }));
/** A channel that is told how the platform itself is. */
export interface PlatformChannel {
  channel: ChannelKind;
  channelId: string;
  teamId: string;
}
const platformChannelSchema = z
  .object({ id: z.string(), kind: z.enum(CHANNEL_KINDS), team_id: z.string() })
  .transform(({ id, kind, team_id: teamId }): PlatformChannel => ({ channel: kind, channelId: id, teamId }));
const countSchema = z.object({ count: z.int() });
const keyVersionSchema = z.object({ webhook_key_version: z.int() });
const hostSchema = z.object({ host: z.string() });

const SELECT_TEAM = `
  SELECT t.*,
    ARRAY(SELECT township_code FROM alert_team_township a WHERE a.team_id = t.id ORDER BY 1) AS township_codes,
    ARRAY(SELECT user_id FROM alert_team_member m WHERE m.team_id = t.id ORDER BY 1) AS member_ids
  FROM alert_team t`;

/** A county has some tens of teams; a list beyond this is a mistake. */
export const MAX_TEAMS = 500;
const MAX_WEBHOOK_HOSTS = 100;
const UNIQUE_VIOLATION = '23505';

/** The default team first, then by name; in a transaction under way. */
export function teamsOf(client: Queryable): Promise<Team[]> {
  return rows(client, teamSchema, `${SELECT_TEAM} ORDER BY t.is_default DESC, t.name LIMIT ${MAX_TEAMS}`);
}

/** Who is told of what. */
export class TeamStore {
  /** Webhooks may lead into the county's networks, not to this machine. */
  readonly outbound: OutboundHosts;

  constructor(private readonly input: { pool: Pool; ids: IdSource; clock: Clock; outbound?: OutboundHosts }) {
    this.outbound = input.outbound ?? new OutboundHosts();
  }

  /** The default team first, then by name. */
  async list(): Promise<Team[]> {
    return teamsOf(this.input.pool);
  }

  async find(id: string): Promise<Team | null> {
    return maybeRow(this.input.pool, teamSchema, `${SELECT_TEAM} WHERE t.id = $1`, [id]);
  }

  /** Makes the default team with these members unless there is one. */
  async ensureDefault(memberIds: readonly string[]): Promise<void> {
    const { pool, ids, clock } = this.input;
    await execute(
      pool,
      `WITH made AS (
         INSERT INTO alert_team (id, name, is_default, min_severity, created_at_ms)
         SELECT $1, '监督组（默认）', true, $2, $3 WHERE NOT EXISTS (SELECT 1 FROM alert_team WHERE is_default)
         ON CONFLICT DO NOTHING RETURNING id)
       INSERT INTO alert_team_member (team_id, user_id) SELECT made.id, m FROM made, unnest($4::text[]) AS m`,
      [ids.next(), severityRank('medium'), clock.nowMs(), memberIds],
    );
  }

  /** Of the teams that hear of the platform itself, those that take what is so grave; not of who has left the team. */
  async platformChannels(severity: NoticeSeverity): Promise<PlatformChannel[]> {
    return rows(
      this.input.pool,
      platformChannelSchema,
      `SELECT c.id, c.kind, c.team_id FROM team_channel c JOIN alert_team t ON t.id = c.team_id
       WHERE t.platform_notices AND c.min_severity <= $1 AND ${IS_OF_TEAM} ORDER BY c.id`,
      [severityRank(severity)],
    );
  }

  /** Throws RefusedError: `conflict` for a name that is taken, `invalid` for a webhook host that is not allowed. */
  async create(settings: TeamSettings): Promise<Team> {
    const id = this.input.ids.next();
    await this.write(settings, async (client) => {
      const { count } = await row(client, countSchema, 'SELECT count(*) AS count FROM alert_team');
      if (count >= MAX_TEAMS) throw new RefusedError('conflict', `最多可设 ${MAX_TEAMS} 个监督组`);
      await execute(
        client,
        `INSERT INTO alert_team (id, name, min_severity, webhook_url, platform_notices, weekly_budget,
           quiet_from_minute, quiet_to_minute, quiet_except_high, escalation_min_severity, escalation_office_hours, escalation_first,
           escalation_second, problem_classes, unit_ids, created_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
        [...columnsOf(id, settings), this.input.clock.nowMs()],
      );
      return id;
    });
    return this.get(id);
  }

  /** Throws RefusedError like {@link create}, and `not-found`. */
  async update(id: string, settings: TeamSettings): Promise<Team> {
    await this.write(settings, async (client) => {
      const updated = await execute(
        client,
        `UPDATE alert_team SET name = $2, min_severity = $3, webhook_url = $4, platform_notices = $5, weekly_budget = $6,
           quiet_from_minute = $7, quiet_to_minute = $8, quiet_except_high = $9, escalation_min_severity = $10,
           escalation_office_hours = $11, escalation_first = $12, escalation_second = $13, problem_classes = $14, unit_ids = $15 WHERE id = $1`,
        columnsOf(id, settings),
      );
      if (updated !== 1) throw new RefusedError('not-found', '没有这个监督组，请刷新页面');
      return id;
    });
    return this.get(id);
  }

  /** Throws RefusedError: `not-found`; `conflict` for the default team. */
  async remove(id: string): Promise<void> {
    const team = await this.get(id);
    if (team.isDefault) throw new RefusedError('conflict', '默认监督组不能删除：没有其他组负责的疑点由它接收');
    await execute(this.input.pool, 'DELETE FROM alert_team WHERE id = $1 AND NOT is_default', [id]);
  }

  /** Makes the keys of before invalid; returns the number the new one is derived from. Throws RefusedError('not-found'). */
  async nextWebhookKeyVersion(id: string): Promise<number> {
    const updated = await maybeRow(
      this.input.pool,
      keyVersionSchema,
      'UPDATE alert_team SET webhook_key_version = webhook_key_version + 1 WHERE id = $1 RETURNING webhook_key_version',
      [id],
    );
    if (!updated) throw new RefusedError('not-found', '没有这个监督组，请刷新页面');
    return updated.webhook_key_version;
  }

  /** Hosts to which webhooks may be sent, `host` or `host:port`. */
  async webhookHosts(): Promise<string[]> {
    const found = await rows(this.input.pool, hostSchema, 'SELECT host FROM alert_webhook_host ORDER BY host');
    return found.map(({ host }) => host);
  }

  async setWebhookHosts(hosts: readonly string[]): Promise<void> {
    if (hosts.length > MAX_WEBHOOK_HOSTS) throw new RefusedError('invalid', `最多可允许 ${MAX_WEBHOOK_HOSTS} 个主机`);
    await inTransaction(this.input.pool, async (client) => {
      await execute(client, 'DELETE FROM alert_webhook_host');
      await execute(client, 'INSERT INTO alert_webhook_host (host) SELECT DISTINCT lower(h) FROM unnest($1::text[]) AS h', [
        hosts,
      ]);
    });
  }

  private async get(id: string): Promise<Team> {
    const team = await this.find(id);
    if (!team) throw new RefusedError('not-found', '没有这个监督组，请刷新页面');
    return team;
  }

  private async write(settings: TeamSettings, save: (client: ClientBase) => Promise<string>): Promise<void> {
    if (settings.webhookUrl !== null) assertAllowedUrl(settings.webhookUrl, await this.webhookHosts(), this.outbound);
    try {
      await inTransaction(this.input.pool, async (client) => {
        const id = await save(client);
        await execute(client, 'DELETE FROM alert_team_township WHERE team_id = $1', [id]);
        await execute(client, 'DELETE FROM alert_team_member WHERE team_id = $1', [id]);
        await execute(
          client,
          'INSERT INTO alert_team_township (team_id, township_code) SELECT DISTINCT $1, c FROM unnest($2::text[]) AS c',
          [id, settings.townshipCodes],
        );
        await execute(
          client,
          'INSERT INTO alert_team_member (team_id, user_id) SELECT DISTINCT $1, m FROM unnest($2::text[]) AS m',
          [id, settings.memberIds],
        );
      });
    } catch (error) {
      const taken = typeof error === 'object' && error !== null && 'code' in error && error.code === UNIQUE_VIOLATION;
      throw taken ? new RefusedError('conflict', '已有同名的监督组，请换一个名称') : error;
    }
  }
}

function columnsOf(id: string, settings: TeamSettings): unknown[] {
  const {
    name,
    minSeverity,
    webhookUrl,
    platformNotices = false,
    weeklyBudget = null,
    quietHours = null,
    escalation = null,
  } = settings;
  const quiet = [quietHours?.fromMinute ?? null, quietHours?.toMinute ?? null, quietHours?.exceptHigh ?? true];
  const conditions = [settings.problemClasses ?? [], settings.unitIds ?? []];
  const escalated = escalation
    ? [severityRank(escalation.minSeverity), escalation.officeHours, ...RUNGS.map((rung) => personsOf(escalation, rung))]
    : [null, null, [], []];
  return [id, name, severityRank(minSeverity), webhookUrl, platformNotices, weeklyBudget, ...quiet, ...escalated, ...conditions];
}

/**
 * Webhooks go only where an administrator has allowed it: the console must not be a way into the network behind it.
 * Throws RefusedError('invalid').
 */
export function assertAllowedUrl(url: string, allowedHosts: readonly string[], outbound: OutboundHosts): URL {
  if (!URL.canParse(url)) throw new RefusedError('invalid', '回调地址不是有效的网址');
  const parsed = new URL(url);
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')
    throw new RefusedError('invalid', '回调地址须以 http:// 或 https:// 开头');
  if (parsed.username !== '' || parsed.password !== '') throw new RefusedError('invalid', '回调地址中不能写账号和密码');
  if (!allowedHosts.includes(parsed.host) && !(parsed.port === '' && allowedHosts.includes(parsed.hostname))) {
    throw new RefusedError('invalid', `主机 ${parsed.host} 不在允许的回调主机之内，请先把它加入允许名单`);
  }
  outbound.assertUrl(parsed);
  return parsed;
}
