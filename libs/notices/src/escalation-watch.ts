import { peopleNow } from '@tianyan/access';
import { officeTimeBefore, type OfficeSession, type WorkingCalendar } from '@tianyan/calendar';
import { HOUR_MS, type Clock, type EpochMs } from '@tianyan/kernel';
import { execute, idText, inTransaction, rows, type ClientBase, type Pool, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';
import { ESCALATION_BUNDLE, personsOf, RUNGS, type Escalation, type Rung } from './escalation.js';
import { announceNotice } from './event-channel.js';
import { likenessOf, passedOver } from './passed-over.js';
import { severityRank } from './severity.js';
import { teamsOf, type Team } from './team-store.js';

/** Alerts of one team and rung told in one transaction; the next round goes on. */
const MAX_PER_STEP = 500;

/**
 * What of these findings still waits for people: neither decided on nor set aside. Whoever tells asks in the transaction that tells: alerts know
 * nothing of what people decide.
 */
export type StillWaiting = (client: Queryable, findingIds: readonly string[]) => Promise<ReadonlySet<string>>;

export interface EscalationParts {
  pool: Pool;
  /** The machine's: people are told by it, whatever the county's time is. */
  clock: Clock;
  calendar: Pick<WorkingCalendar, 'isWorkingDay'>;
  /** When offices are open on a working day. */
  officeHours: readonly OfficeSession[];
  stillWaiting: StillWaiting;
}

/**
 * Counted from when somebody of the team was told, be it for another team; where nobody is to be told (a team without members), from when it was
 * found. What other teams were told does not count.
 */
const TOLD_AT = `(
  SELECT coalesce(min(d.delivered_at_ms) FILTER (WHERE d.state IN ('delivered', 'bundled')),
    CASE WHEN count(*) FILTER (WHERE d.state = 'waiting') = 0 THEN a.opened_at_ms END)
  FROM notice_delivery d WHERE d.subject_kind = 'finding' AND d.subject_id = a.finding_id AND d.kind = 'opened'
    AND (d.alert_id = a.id OR (d.channel = 'inbox'
      AND EXISTS (SELECT 1 FROM alert_team_member m WHERE m.team_id = a.team_id AND m.user_id = d.recipient)))
    AND (d.state = 'waiting' OR d.delivered_at_ms >= a.opened_at_ms))`;

/** What those named by the team are like, as seen from `team_alert a`: who was passed over is asked for again when it is something else. */
const likenessFor = (likeness: `$${number}`) => `concat(${likeness}::text, ':', a.township_code, ':', a.problem_class)`;

// Rungs that were passed over are done with as long as nobody could be told all the same: otherwise they were due again each time, before all others.
// SKIP LOCKED: somebody is just taking note of it, or another process tells.
const DUE = `
  SELECT a.id, a.finding_id, a.township_code, a.problem_class, a.rung FROM team_alert a
  WHERE a.team_id = $1 AND a.rung < $2 AND greatest(a.rung, CASE WHEN a.passed_with = ${likenessFor('$5')} THEN a.passed_rung END) = $2 - 1
    AND a.severity >= $3 AND a.ended_at_ms IS NULL AND a.acknowledged_at_ms IS NULL
    AND a.opened_at_ms <= $4 AND coalesce(a.rung_at_ms, ${TOLD_AT}) <= $4
  ORDER BY a.id LIMIT ${MAX_PER_STEP} FOR UPDATE OF a SKIP LOCKED`;

const TELL = `
  INSERT INTO notice_delivery (subject_kind, subject_id, round, kind, channel, recipient, team_id, severity, title, body, township_code,
    occurred_at_ms, state, next_attempt_at_ms, created_at_ms, rule_id, bundle, last_error, alert_id, problem_class)
  SELECT 'finding', a.finding_id, (SELECT coalesce(max(d.round) + 1, 0) FROM notice_delivery d WHERE d.subject_kind = 'finding'
      AND d.subject_id = a.finding_id AND d.channel = 'inbox' AND d.recipient = p.user_id AND d.kind IN ('withdrawn', 'moved')),
    'escalated', 'inbox', p.user_id, a.team_id, a.severity, a.title, p.words || a.body, a.township_code, a.occurred_at_ms,
    CASE WHEN p.passed_over IS NULL THEN 'waiting' ELSE 'cancelled' END, $5::bigint, $5::bigint, a.rule_id,
    CASE WHEN p.passed_over IS NULL THEN $6::text END, p.passed_over, a.id, a.problem_class
  FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) AS p (alert_id, user_id, passed_over, words) JOIN team_alert a ON a.id = p.alert_id
  ON CONFLICT (subject_kind, subject_id, round, kind, channel, recipient) DO UPDATE
    -- Inboxes are sorted by number: told months later it stands among the newest.
    SET id = DEFAULT, created_at_ms = excluded.created_at_ms, state = excluded.state, next_attempt_at_ms = excluded.next_attempt_at_ms, bundle = excluded.bundle, last_error = excluded.last_error,
      alert_id = excluded.alert_id, severity = excluded.severity, title = excluded.title, body = excluded.body, township_code = excluded.township_code,
      problem_class = excluded.problem_class
    WHERE notice_delivery.state = 'cancelled'
  RETURNING id`;

const dueSchema = z.object({
  id: idText,
  finding_id: z.string(),
  township_code: z.string().nullable(),
  problem_class: z.string().nullable(),
  rung: z.int(),
});
type DueAlert = z.output<typeof dueSchema>;
const storedSchema = z.object({ id: idText });

/** The rung that is due, of a team as it is now. */
interface DueRung {
  team: Team;
  escalation: Escalation;
  rung: Rung;
  /** Of all whom the team names: {@link likenessOf}. */
  likeness: string;
}

interface Told {
  alert: DueAlert;
  userId: string;
  /** Chinese; null: is told. */
  passedOver: string | null;
}

/**
 * Tells those whom a team has named of alerts that nobody acknowledges. An alert takes a rung once, in the transaction that enqueues what is told:
 * whatever is killed, and however many look, nothing is told twice and nothing is lost. A rung of which nobody could be told is passed over, not taken:
 * whoever is named later, or may be told again, is told.
 */
export class EscalationWatch {
  constructor(private readonly parts: EscalationParts) {}

  /** Resolves with how many alerts took a rung, or passed one over. */
  async round(): Promise<number> {
    const teams = (await teamsOf(this.parts.pool)).filter(({ escalation }) => escalation !== null);
    if (teams.length === 0) return 0;
    let taken = 0;
    for (const team of teams) for (const rung of RUNGS) taken += await this.step(team, rung);
    return taken;
  }

  private async step(team: Team, rung: Rung): Promise<number> {
    const { escalation } = team;
    if (escalation === null || personsOf(escalation, rung).length === 0) return 0;
    return inTransaction(this.parts.pool, async (client) => {
      const all = RUNGS.flatMap((one) => personsOf(escalation, one));
      const people = await peopleNow(client, all);
      const likeness = likenessOf(people, all);
      const minSeverity = severityRank(escalation.minSeverity);
      const found = await rows(client, dueSchema, DUE, [team.id, rung, minSeverity, this.dueBeforeMs(escalation), likeness]);
      const due = await this.stillWaiting(client, found);
      if (due.length === 0) return 0;
      const named = personsOf(escalation, rung);
      const told = due.flatMap((alert) =>
        named.map((userId): Told => {
          const { township_code: townshipCode, problem_class: problemClass } = alert;
          return { alert, userId, passedOver: passedOver(people, userId, { townshipCode, problemClass }) };
        }),
      );
      await this.tell(client, { team, escalation, rung, likeness }, told);
      await this.take(client, { rung, likeness }, due, told);
      return due.length;
    });
  }

  private dueBeforeMs({ officeHours }: Escalation): EpochMs {
    const { calendar, clock, officeHours: sessions } = this.parts;
    return officeTimeBefore(calendar, sessions, clock.nowMs(), officeHours * HOUR_MS);
  }

  /** What was decided on or set aside since waits for nobody: its alert is over. */
  private async stillWaiting(client: ClientBase, found: readonly DueAlert[]): Promise<readonly DueAlert[]> {
    if (found.length === 0) return found;
    const waiting = await this.parts.stillWaiting(
      client,
      found.map(({ finding_id: id }) => id),
    );
    const over = found.filter(({ finding_id: id }) => !waiting.has(id));
    await execute(client, 'UPDATE team_alert SET ended_at_ms = $2 WHERE id = ANY($1)', [
      over.map(({ id }) => id),
      this.parts.clock.nowMs(),
    ]);
    return found.filter(({ finding_id: id }) => waiting.has(id));
  }

  private async tell(client: ClientBase, { team, escalation, rung }: DueRung, told: readonly Told[]): Promise<void> {
    // Of a rung that was passed over no time was waited for.
    const words = ({ rung: before }: DueAlert) =>
      `“${team.name}”收到后，${escalation.officeHours * (before + 1)} 个办公小时内没有人签收。`;
    const stored = await rows(client, storedSchema, TELL, [
      told.map(({ alert }) => alert.id),
      told.map(({ userId }) => userId),
      told.map(({ passedOver: reason }) => reason),
      told.map(({ alert }) => words(alert)),
      this.parts.clock.nowMs(),
      `${ESCALATION_BUNDLE}${team.id}:${rung}`,
    ]);
    await announceNotice(client, stored.at(-1)?.id);
  }

  /** Where nobody of the rung could be told, the next one is not kept waiting for them. */
  private async take(
    client: ClientBase,
    { rung, likeness }: Pick<DueRung, 'rung' | 'likeness'>,
    due: readonly DueAlert[],
    told: readonly Told[],
  ): Promise<void> {
    const reached = new Set(told.filter(({ passedOver: reason }) => reason === null).map(({ alert }) => alert.id));
    const passed = due.filter(({ id }) => !reached.has(id)).map(({ id }) => id);
    const sql = 'UPDATE team_alert SET rung = $2, rung_at_ms = $3 WHERE id = ANY($1::bigint[])';
    await execute(client, sql, [[...reached], rung, this.parts.clock.nowMs()]);
    const passing = `UPDATE team_alert a SET passed_rung = $2, passed_with = ${likenessFor('$3')} WHERE a.id = ANY($1::bigint[])`;
    await execute(client, passing, [passed, rung, likeness]);
  }
}
