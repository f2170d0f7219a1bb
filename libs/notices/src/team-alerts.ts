import { RefusedError, type Clock, type EpochMs } from '@tianyan/kernel';
import { execute, inTransaction, isCountedId, maybeRow, rows, type ClientBase, type Pool } from '@tianyan/postgres';
import type { Reach } from '@tianyan/access';
import { z } from 'zod';
import { isSeen, type SeenSubjects } from './delivery-queries.js';
import { TOLD_WHOM, type ToldWhom } from './duty.js';
import { announceNotice } from './event-channel.js';

/** One alert to one team, as those see it who may see its finding. */
export interface TeamAlert {
  teamId: string;
  /** No team takes it: the default team was told in its place. */
  isFallback: boolean;
  /** Outside the team's hours: who was on duty, or all as nobody was. */
  toldWhom: ToldWhom;
  /** Machine clock, like all times below. */
  openedAtMs: EpochMs;
  /** Null: nobody has taken note. */
  acknowledgedBy: string | null;
  acknowledgedAtMs: EpochMs | null;
  /** 0: nobody beyond the team was told. */
  rung: number;
  rungAtMs: EpochMs | null;
  /** Null: it stands. */
  endedAtMs: EpochMs | null;
  /** Whether the person who asks is of the team, or named for its escalations. */
  mayAcknowledge: boolean;
}

/** What is taken note of by an entry of an inbox: one alert, or those that a summary sums up. */
export interface EntryAcknowledgement {
  /** Alerts that stand and wait for somebody. */
  waiting: number;
  /** The last that was acknowledged; null: none was. */
  acknowledgedBy: string | null;
  acknowledgedAtMs: EpochMs | null;
  mayAcknowledge: boolean;
}

/** Of one finding: a finding that comes back is told again, and each time has alerts of its own. */
const MAX_ALERTS_SHOWN = 50;

const MAY = (person: `$${number}`) => `(
  EXISTS (SELECT 1 FROM alert_team_member m WHERE m.team_id = a.team_id AND m.user_id = ${person})
  OR EXISTS (SELECT 1 FROM alert_team t WHERE t.id = a.team_id AND ${person} = ANY(t.escalation_first || t.escalation_second)))`;
const WAITS = 'a.acknowledged_at_ms IS NULL AND a.ended_at_ms IS NULL';

const alertSchema = z
  .object({
    team_id: z.string(),
    is_fallback: z.boolean(),
    told_whom: z.enum(TOLD_WHOM),
    opened_at_ms: z.int(),
    acknowledged_by: z.string().nullable(),
    acknowledged_at_ms: z.int().nullable(),
    rung: z.int(),
    rung_at_ms: z.int().nullable(),
    ended_at_ms: z.int().nullable(),
    may: z.boolean(),
  })
  .transform((row): TeamAlert => ({
    teamId: row.team_id,
    isFallback: row.is_fallback,
    toldWhom: row.told_whom,
    openedAtMs: row.opened_at_ms,
    acknowledgedBy: row.acknowledged_by,
    acknowledgedAtMs: row.acknowledged_at_ms,
    rung: row.rung,
    rungAtMs: row.rung_at_ms,
    endedAtMs: row.ended_at_ms,
    mayAcknowledge: row.may,
  }));

const entrySchema = z.object({
  id: z.string(),
  waiting: z.int(),
  acknowledged_by: z.string().nullable(),
  acknowledged_at_ms: z.int().nullable(),
  may: z.boolean(),
});

// Rows (entry, told): an entry tells by itself, a summary by what it sums up.
const toldBy = (entries: string) => `
  SELECT d.id AS entry, d.id AS told FROM notice_delivery d WHERE d.id = ANY($1::bigint[]) AND d.alert_id IS NOT NULL AND ${entries}
  UNION ALL
  SELECT d.id, m.id FROM notice_delivery d JOIN notice_delivery m ON m.bundled_into = d.id
  WHERE d.id = ANY($1::bigint[]) AND m.alert_id IS NOT NULL AND ${entries}`;
const IS_OPEN_ROUND = `NOT EXISTS (SELECT 1 FROM notice_delivery c WHERE c.subject_kind = 'finding' AND c.subject_id = n.subject_id AND c.round = n.round
    AND c.channel = n.channel AND c.recipient = n.recipient AND c.kind IN ('withdrawn', 'moved'))`;

/**
 * Alerts that entries tell of: their own, and those of the same finding that stand for another team of the person's. Who is in two teams, or in both
 * when a finding moves from one to the other, has one entry for both; what was told again after it was gone has an entry of its own.
 */
const alertsOf = (entries: string) => `
  SELECT e.entry, a.* FROM (${toldBy(entries)}) e JOIN notice_delivery n ON n.id = e.told
  JOIN team_alert a ON a.finding_id = n.subject_id AND (a.id = n.alert_id OR (a.ended_at_ms IS NULL AND ${MAY('$2')} AND ${IS_OPEN_ROUND}))`;

const OF_ENTRIES = `
  SELECT a.entry::text AS id, count(DISTINCT a.id) FILTER (WHERE ${WAITS}) AS waiting,
    (array_agg(a.acknowledged_by ORDER BY a.acknowledged_at_ms DESC NULLS LAST))[1] AS acknowledged_by,
    max(a.acknowledged_at_ms) AS acknowledged_at_ms,
    coalesce(bool_or(${WAITS} AND ${MAY('$2')}), false) AS may
  FROM (${alertsOf('true')}) a GROUP BY a.entry`;

// In the order of the ids: two people who take note of the same at once wait for each other in turn.
const ACKNOWLEDGE = (which: string) => `
  UPDATE team_alert SET acknowledged_by = $2, acknowledged_at_ms = $3
  WHERE id IN (SELECT a.id FROM team_alert a WHERE ${which} AND ${WAITS} AND ${MAY('$2')} ORDER BY a.id FOR UPDATE)
  RETURNING finding_id`;
const OWN_ENTRY = `d.channel = 'inbox' AND d.recipient = $2 AND d.state = 'delivered'`;
const OF_OWN_ENTRIES = `a.id IN (SELECT told.id FROM (${alertsOf(`${OWN_ENTRY} AND ${isSeen('$4', '$5')}`)}) told)`;

const END_DECIDED =
  'UPDATE team_alert SET ended_at_ms = $2 WHERE finding_id = $1 AND ended_at_ms IS NULL AND acknowledged_at_ms IS NULL';

const acknowledgedSchema = z.object({ finding_id: z.string() });
const openSchema = z.object({ waits: z.boolean().nullable() });

/** 签收: what of the alerts somebody of the team has taken note of; once, by whoever is first. */
export class TeamAlerts {
  constructor(
    private readonly pool: Pool,
    private readonly clock: Clock,
  ) {}

  /** Of a finding that the person may see, the newest first. */
  async ofFinding(findingId: string, userId: string): Promise<TeamAlert[]> {
    return rows(
      this.pool,
      alertSchema,
      `SELECT a.*, ${WAITS} AND ${MAY('$2')} AS may FROM team_alert a WHERE a.finding_id = $1 ORDER BY a.id DESC LIMIT ${MAX_ALERTS_SHOWN}`,
      [findingId, userId],
    );
  }

  /** By entry; those that tell of no alert are left out. */
  async ofEntries(userId: string, entryIds: readonly string[]): Promise<ReadonlyMap<string, EntryAcknowledgement>> {
    const found = await rows(this.pool, entrySchema, OF_ENTRIES, [entryIds, userId]);
    return new Map(
      found.map((row) => [
        row.id,
        {
          waiting: row.waiting,
          acknowledgedBy: row.acknowledged_by,
          acknowledgedAtMs: row.acknowledged_at_ms,
          mayAcknowledge: row.may,
        },
      ]),
    );
  }

  /** All that waits of what the person's own entries tell. Resolves with the findings; what somebody else was faster with is not among them. */
  async acknowledgeEntries(reach: Reach, userId: string, entryIds: readonly string[], subjects: SeenSubjects): Promise<string[]> {
    const ids = entryIds.filter(isCountedId);
    return inTransaction(this.pool, (client) =>
      this.acknowledge(client, OF_OWN_ENTRIES, [ids, userId, this.clock.nowMs(), reach.parameter, subjects]),
    );
  }

  /**
   * The alerts about one finding, which the person may see.
   * Throws RefusedError: `conflict` where nothing waits; `forbidden` to who is of none of the teams that were told.
   */
  async acknowledgeFinding(userId: string, findingId: string): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      const done = await this.acknowledge(client, 'a.finding_id = $1', [findingId, userId, this.clock.nowMs()]);
      if (done.length > 0) return;
      const open = await maybeRow(
        client,
        openSchema,
        `SELECT bool_or(${WAITS}) AS waits FROM team_alert a WHERE a.finding_id = $1`,
        [findingId],
      );
      if (open?.waits === true) throw new RefusedError('forbidden', '只有收到这条预警的监督组成员才能签收');
      throw new RefusedError('conflict', '这条预警已经有人签收，或不用再签收，请刷新页面查看');
    });
  }

  /** In the transaction of a decision on the finding: what is decided needs nobody to take note of it. */
  async endDecided(client: ClientBase, findingId: string): Promise<void> {
    const ended = await execute(client, END_DECIDED, [findingId, this.clock.nowMs()]);
    // Open consoles of the team show that nobody is waited for.
    if (ended > 0) await announceNotice(client, '0');
  }

  private async acknowledge(client: ClientBase, which: string, values: readonly unknown[]): Promise<string[]> {
    const done = await rows(client, acknowledgedSchema, ACKNOWLEDGE(which), [...values]);
    // Open consoles of the team show who it was.
    if (done.length > 0) await announceNotice(client, '0');
    return [...new Set(done.map(({ finding_id: id }) => id))];
  }
}
