import type { Clock, EpochMs } from '@tianyan/kernel';
import { execute, idText, rows, type ClientBase } from '@tianyan/postgres';
import { z } from 'zod';
import { channelOwners, IS_OF_TEAM, type ChannelOwner } from './channel-owners.js';
import type { DutyRouting, TeamOffHours } from './duty-routing.js';
import { announceNotice } from './event-channel.js';
import { severityRank, type NoticeSeverity } from './severity.js';
import { BEYOND_BUDGET, DIGEST_AFTER_MS, SUMMARY_QUIET_SETTLES } from './summaries.js';

/** What an alert says of a finding. A finding of libs/findings fits as it is. */
export interface AlertFinding {
  id: string;
  severity: NoticeSeverity;
  /** Title of the rule, Chinese. */
  title: string;
  ruleId?: string;
  /** Chinese, names the figures; must not hold personal data. */
  explanation: string;
  townshipCode: string | null;
  /** Of the rule; teams may be told of some classes alone. */
  problemClass?: string;
  /** The unit it is about; teams may be told of some units alone. */
  unitId?: string | null;
  /** County time. */
  occurredAtMs: EpochMs;
  /** Where the records came from that changed it, to follow the alert back through the logs. */
  traces?: readonly string[];
  /**
   * What it was found with, `load:…` or `sweep:…`, or `old`: told in one summary with all of the same. Without it, by itself.
   */
  bundle?: string;
  /** Teams that take on no more this week: they hear of it in the next digest, unless it is told in a summary anyway. */
  beyondFor?: readonly string[];
}

const storedSchema = z.object({ id: idText });

/**
 * A team takes what lies in its townships and is of its classes and units; without townships, but with one of the other conditions, of the whole
 * county. What no team takes goes to the default team. `concernsSql` of libs/findings says the same of a team's queue.
 */
const TARGETS = `
  routed AS MATERIALIZED (
    SELECT t.*, ARRAY(SELECT a.township_code FROM alert_team_township a WHERE a.team_id = t.id) AS townships FROM alert_team t),
  taken AS MATERIALIZED (
    SELECT f.id AS finding_id, r.id AS team_id FROM f JOIN routed r ON
      (f.township_code = ANY(r.townships) OR (cardinality(r.townships) = 0 AND cardinality(r.problem_classes || r.unit_ids) > 0))
      AND (cardinality(r.problem_classes) = 0 OR f.problem_class = ANY(r.problem_classes))
      AND (cardinality(r.unit_ids) = 0 OR f.unit_id = ANY(r.unit_ids))),
  team AS (
    SELECT f.id AS finding_id, f.severity, r.id AS team_id, r.webhook_url, t.team_id IS NULL AS is_fallback
    FROM f JOIN routed r ON f.severity >= r.min_severity LEFT JOIN taken t ON t.finding_id = f.id AND t.team_id = r.id
    WHERE t.team_id IS NOT NULL OR (r.is_default AND NOT EXISTS (SELECT 1 FROM taken x WHERE x.finding_id = f.id))),
  target AS (
    SELECT finding_id, team_id, 'inbox' AS channel, m.user_id AS recipient, m.user_id AS person_id FROM team JOIN alert_team_member m USING (team_id)
    UNION ALL
    SELECT finding_id, team_id, 'webhook', team_id, NULL FROM team WHERE webhook_url IS NOT NULL
    UNION ALL
    SELECT finding_id, team_id, c.kind, c.id, c.user_id FROM team JOIN team_channel c USING (team_id)
    WHERE team.severity >= c.min_severity AND ${IS_OF_TEAM})`;

// Who was told, or may have been (an attempt whose answer was lost), in the round that is still open.
const IS_TOLD = `
  o.kind IN ('opened', 'escalated') AND (o.state IN ('delivered', 'bundled') OR (o.state = 'waiting' AND o.attempts > 0))
  AND NOT EXISTS (SELECT 1 FROM notice_delivery c WHERE c.subject_kind = 'finding' AND c.subject_id = o.subject_id AND c.round = o.round
    AND c.channel = o.channel AND c.recipient = o.recipient AND c.kind IN ('withdrawn', 'moved'))`;

/**
 * Outside a team's hours it is who is on duty that is told, in the inbox and by channels of their own, where somebody is who can be; the others hear
 * of it where it is told anew by day. Who is passed over is on record. A digest is for all of the team: it tells of no hurry. Webhooks, and channels
 * that are nobody's own, are the team's, and quiet hours theirs. A channel of somebody's own leaves the platform, where nobody asks again who reads it: it
 * is told at no hour of what that person may not see.
 */
const ADDRESSED = `
  on_duty AS MATERIALIZED (
    SELECT team.finding_id, team.team_id, d.user_id, d.passed_over
    FROM team JOIN f ON f.id = team.finding_id JOIN jsonb_to_recordset($17::jsonb) AS d (team_id text, user_id text, township_code text, problem_class text, passed_over text)
      ON d.team_id = team.team_id AND d.township_code IS NOT DISTINCT FROM f.township_code AND d.problem_class IS NOT DISTINCT FROM f.problem_class
    WHERE NOT team.team_id = ANY(string_to_array(f.beyond_for, ','))),
  covered AS MATERIALIZED (SELECT DISTINCT finding_id, team_id FROM on_duty WHERE passed_over IS NULL),
  away AS MATERIALIZED (
    SELECT f.id AS finding_id, p.user_id, p.passed_over
    FROM f JOIN jsonb_to_recordset($19::jsonb) AS p (user_id text, township_code text, problem_class text, passed_over text)
      ON coalesce(p.township_code, '') = coalesce(f.township_code, '') AND coalesce(p.problem_class, '') = coalesce(f.problem_class, '')),
  addressed AS (
    SELECT t.finding_id, t.team_id, t.channel, t.recipient, a.passed_over FROM target t
    LEFT JOIN away a ON a.finding_id = t.finding_id AND a.user_id = t.person_id AND t.channel <> 'inbox'
    LEFT JOIN covered c ON c.finding_id = t.finding_id AND c.team_id = t.team_id
    LEFT JOIN on_duty o ON o.finding_id = t.finding_id AND o.team_id = t.team_id AND o.user_id = t.person_id
    WHERE t.person_id IS NULL OR (o.passed_over IS NULL AND (c.finding_id IS NULL OR o.user_id IS NOT NULL))
    UNION ALL
    SELECT finding_id, team_id, 'inbox', user_id, passed_over FROM on_duty WHERE passed_over IS NOT NULL)`;

/**
 * One per finding and team, whoever is told: somebody of the team acknowledges it. What is open already stays acknowledged. What the team was told
 * before alerts were kept has none, and gets none when it is told anew: its time would run from now, and nobody could acknowledge what they have.
 * Who was told only grows: told again, by day to all of the team. A count, which is looked up by finding; NOT EXISTS may become a join that reads all deliveries in the commit of each load.
 */
const ALERTS = `
  alert AS (
    INSERT INTO team_alert (finding_id, team_id, severity, title, body, township_code, rule_id, occurred_at_ms, opened_at_ms, is_fallback, told_whom, problem_class)
    SELECT DISTINCT ON (f.id, team.team_id) f.id, team.team_id, f.severity, f.title, f.body, f.township_code, f.rule_id, f.occurred_at_ms, $7::bigint,
      team.is_fallback, CASE WHEN covered.finding_id IS NOT NULL THEN 'on-duty'
        WHEN team.team_id = ANY($18::text[]) AND NOT team.team_id = ANY(string_to_array(f.beyond_for, ',')) THEN 'nobody-on-duty' ELSE 'team' END,
      f.problem_class
    FROM team JOIN f ON f.id = team.finding_id LEFT JOIN covered ON covered.finding_id = f.id AND covered.team_id = team.team_id
    WHERE (SELECT count(*) FROM notice_delivery o WHERE o.subject_kind = 'finding' AND o.subject_id = f.id AND o.team_id = team.team_id
      AND o.alert_id IS NULL AND ${IS_TOLD}) = 0
    ORDER BY f.id, team.team_id
    ON CONFLICT (finding_id, team_id) WHERE ended_at_ms IS NULL
      DO UPDATE SET severity = excluded.severity, title = excluded.title, body = excluded.body, township_code = excluded.township_code,
        is_fallback = excluded.is_fallback, problem_class = excluded.problem_class,
        told_whom = CASE team_alert.told_whom WHEN 'on-duty' THEN excluded.told_whom ELSE team_alert.told_whom END
    RETURNING id, finding_id, team_id)`;

// DISTINCT ON: a person in two teams gets one, by itself if one of the teams has a place for it.
const INSERT_OPENED = `
  WITH f AS (
    SELECT * FROM unnest($1::text[], $2::smallint[], $3::text[], $4::text[], $5::text[], $6::bigint[], $8::text[], $10::text[], $11::text[], $13::text[],
      $15::text[], $16::text[])
      AS f (id, severity, title, body, township_code, occurred_at_ms, traces, rule_id, bundle, beyond_for, problem_class, unit_id)),
  ${TARGETS},
  ${ADDRESSED},
  told AS (
    SELECT addressed.*, coalesce(f.bundle, CASE WHEN addressed.team_id = ANY(string_to_array(f.beyond_for, ',')) THEN '${BEYOND_BUDGET}' END) AS bundle
    FROM addressed JOIN f ON f.id = addressed.finding_id),
  ${ALERTS}
  INSERT INTO notice_delivery (subject_kind, subject_id, round, kind, channel, recipient, team_id, severity, title, body, township_code,
    occurred_at_ms, state, next_attempt_at_ms, created_at_ms, traces, rule_id, bundle, alert_id, last_error, problem_class)
  SELECT DISTINCT ON (f.id, told.channel, told.recipient)
    'finding', f.id, (SELECT coalesce(max(d.round) + 1, 0) FROM notice_delivery d WHERE d.subject_kind = 'finding' AND d.subject_id = f.id AND d.channel = told.channel
      AND d.recipient = told.recipient AND d.kind IN ('withdrawn', 'moved')),
    'opened', told.channel, told.recipient, told.team_id, f.severity, f.title, f.body, f.township_code, f.occurred_at_ms,
    CASE WHEN told.passed_over IS NULL THEN 'waiting' ELSE 'cancelled' END,
    $7::bigint + $9::bigint + CASE WHEN told.bundle IS NULL THEN 0 WHEN told.bundle = '${BEYOND_BUDGET}' THEN $14::bigint ELSE $12::bigint END,
    $7::bigint, string_to_array(f.traces, ','), f.rule_id, told.bundle, alert.id, told.passed_over, f.problem_class
  FROM told JOIN f ON f.id = told.finding_id LEFT JOIN alert ON alert.finding_id = told.finding_id AND alert.team_id = told.team_id
  ORDER BY f.id, told.channel, told.recipient, told.passed_over NULLS FIRST, told.bundle NULLS FIRST, told.team_id
  ON CONFLICT (subject_kind, subject_id, round, kind, channel, recipient) DO UPDATE
    SET state = excluded.state, last_error = excluded.last_error, next_attempt_at_ms = excluded.next_attempt_at_ms, bundle = excluded.bundle, team_id = excluded.team_id, alert_id = excluded.alert_id,
      problem_class = excluded.problem_class WHERE notice_delivery.state = 'cancelled'
  RETURNING id`;

// Nobody has been told yet: nothing to take back. Row locks make this wait for, or exclude, a delivery being claimed.
const CANCEL_UNSENT = `
  UPDATE notice_delivery SET state = 'cancelled'
  WHERE subject_kind = 'finding' AND subject_id = ANY($1) AND kind IN ('opened', 'escalated') AND state = 'waiting' AND attempts = 0`;

/**
 * Waits for a summary that is just being made of them: the statements after it then see that summary, and take it apart. Otherwise it would name what
 * is withdrawn. In the order in which summaries lock what they sum up.
 */
const AWAIT_SUMMARIES = `
  SELECT id FROM notice_delivery WHERE subject_kind = 'finding' AND subject_id = ANY($1) AND state = 'waiting' AND bundle IS NOT NULL
  ORDER BY id FOR UPDATE`;

/**
 * A summary that has not been sent (quiet hours, a vendor's limit, a mail server that is not set) would name what is withdrawn meanwhile: it is
 * taken apart, and what is left of it is summed up again before anything is delivered.
 */
const TAKE_APART = `
  WITH apart AS (
    UPDATE notice_delivery s SET state = 'cancelled'
    WHERE s.state = 'waiting' AND s.attempts = 0 AND s.id IN (SELECT m.bundled_into FROM notice_delivery m
      WHERE m.subject_kind = 'finding' AND m.subject_id = ANY($1) AND m.kind IN ('opened', 'escalated') AND m.state = 'bundled')
    RETURNING s.id)
  UPDATE notice_delivery m SET state = 'waiting', bundled_into = NULL, delivered_at_ms = NULL, next_attempt_at_ms = $2
  FROM apart WHERE m.bundled_into = apart.id`;

/**
 * Before any delivery is looked at: its lock waits for an escalation under way, whose deliveries the statements after it then see, and keeps the next
 * one out. Otherwise somebody is told that nobody acknowledges what is gone, and never hears that it is.
 */
const END_ALERTS = 'UPDATE team_alert SET ended_at_ms = $2 WHERE finding_id = ANY($1) AND ended_at_ms IS NULL';

// Who was told by a summary hears of the withdrawal by a summary; who was told as a member and by an escalation hears of it once.
const INSERT_WITHDRAWN = `
  INSERT INTO notice_delivery (subject_kind, subject_id, round, kind, channel, recipient, team_id, severity, title, body, township_code,
    occurred_at_ms, state, next_attempt_at_ms, created_at_ms, traces, rule_id, bundle, problem_class)
  SELECT DISTINCT ON (o.subject_id, o.round, o.channel, o.recipient) 'finding', o.subject_id, o.round, 'withdrawn', o.channel, o.recipient, o.team_id, o.severity, o.title, o.body, o.township_code, o.occurred_at_ms,
    'waiting', $2::bigint + CASE WHEN o.state = 'bundled' THEN $4::bigint ELSE 0 END, $2::bigint, string_to_array(f.traces, ','), o.rule_id,
    CASE WHEN o.state = 'bundled' THEN 'withdrawn' END, o.problem_class
  FROM unnest($1::text[], $3::text[]) AS f (id, traces) JOIN notice_delivery o ON o.subject_kind = 'finding' AND o.subject_id = f.id
  WHERE ${IS_TOLD}
  ORDER BY o.subject_id, o.round, o.channel, o.recipient, o.id
  RETURNING id`;

const MOVED = `f AS (
    SELECT * FROM unnest($1::text[], $2::smallint[], $3::text[], $4::text[], $5::text[], $6::text[])
      AS f (id, severity, township_code, traces, problem_class, unit_id))`;
// Whom a team has named for its escalations is concerned as long as the team is.
const isConcerned = (row: 'o' | 's') => `CASE WHEN ${row}.kind = 'escalated'
    THEN EXISTS (SELECT 1 FROM team t WHERE t.finding_id = ${row}.subject_id AND t.team_id = ${row}.team_id)
    ELSE EXISTS (SELECT 1 FROM target t WHERE t.finding_id = ${row}.subject_id AND t.channel = ${row}.channel AND t.recipient = ${row}.recipient) END`;

const CANCEL_UNCONCERNED = `
  WITH ${MOVED}, ${TARGETS}
  UPDATE notice_delivery o SET state = 'cancelled'
  WHERE o.subject_kind = 'finding' AND o.subject_id = ANY($1) AND o.kind IN ('opened', 'escalated') AND o.state = 'waiting' AND o.attempts = 0 AND NOT ${isConcerned('o')}`;

// As END_ALERTS, before any delivery.
const END_UNCONCERNED = `
  WITH ${MOVED}, ${TARGETS}
  UPDATE team_alert a SET ended_at_ms = $7
  WHERE a.finding_id = ANY($1) AND a.ended_at_ms IS NULL AND EXISTS (SELECT 1 FROM f WHERE f.id = a.finding_id)
    AND NOT EXISTS (SELECT 1 FROM team t WHERE t.finding_id = a.finding_id AND t.team_id = a.team_id)`;

// Who was told as a member and by an escalation is told until neither concerns that person: 转出 ends the round, and with it what is told of the end.
const IS_TOLD_OTHERWISE = `EXISTS (SELECT 1 FROM notice_delivery s WHERE s.subject_kind = 'finding' AND s.subject_id = o.subject_id AND s.round = o.round
    AND s.channel = o.channel AND s.recipient = o.recipient AND s.kind IN ('opened', 'escalated') AND s.state IN ('delivered', 'bundled', 'waiting')
    AND ${isConcerned('s')})`;

// A division that changes hands can move thousands at once: they are told together.
const INSERT_MOVED = `
  WITH ${MOVED}, ${TARGETS}
  INSERT INTO notice_delivery (subject_kind, subject_id, round, kind, channel, recipient, team_id, severity, title, body, township_code,
    occurred_at_ms, state, next_attempt_at_ms, created_at_ms, traces, rule_id, bundle, problem_class)
  SELECT DISTINCT ON (o.subject_id, o.round, o.channel, o.recipient) 'finding', o.subject_id, o.round, 'moved', o.channel, o.recipient, o.team_id, o.severity, o.title, o.body, o.township_code, o.occurred_at_ms,
    'waiting', $7::bigint + $8::bigint, $7::bigint, string_to_array(f.traces, ','), o.rule_id, 'moved', o.problem_class
  FROM f JOIN notice_delivery o ON o.subject_kind = 'finding' AND o.subject_id = f.id
  WHERE ${IS_TOLD} AND NOT ${isConcerned('o')} AND NOT ${IS_TOLD_OTHERWISE}
  ORDER BY o.subject_id, o.round, o.channel, o.recipient, o.id
  RETURNING id`;

/**
 * Takes note of findings that a team must hear of. All calls belong into the transaction that stores the finding; they
 * send nothing themselves. Repeats change nothing: there is one delivery per finding, round, channel and recipient.
 */
export class AlertOutbox {
  constructor(
    private readonly input: {
      /** The machine's clock: deliveries are retried in real time, whatever the county's time is. */
      clock: Clock;
      /**
       * So long an alert waits before anybody is told. Records that belong together arrive by different partitions and
       * feeds, seconds apart: a doubt that the next ones answer would have accused somebody for nothing.
       */
      settleMs: number;
      /** Missing: nobody is on duty, teams are told at any time. */
      duty?: DutyRouting;
    },
  ) {}

  /** For findings newly opened, or open again after a withdrawal. */
  async enqueue(client: ClientBase, findings: readonly AlertFinding[]): Promise<void> {
    if (findings.length === 0) return;
    const offHours = (await this.input.duty?.offHours(client, this.input.clock.nowMs())) ?? [];
    const owners = await channelOwners(client);
    const stored = await rows(client, storedSchema, INSERT_OPENED, [
      findings.map((f) => f.id),
      findings.map((f) => severityRank(f.severity)),
      findings.map((f) => f.title),
      findings.map((f) => f.explanation),
      findings.map((f) => f.townshipCode),
      findings.map((f) => f.occurredAtMs),
      this.input.clock.nowMs(),
      findings.map(joinedTraces),
      this.input.settleMs,
      findings.map((f) => f.ruleId ?? null),
      findings.map((f) => f.bundle ?? null),
      SUMMARY_QUIET_SETTLES * this.input.settleMs,
      findings.map((f) => (f.beyondFor ?? []).join(',')),
      DIGEST_AFTER_MS,
      findings.map((f) => f.problemClass ?? null),
      findings.map((f) => f.unitId ?? null),
      JSON.stringify(turnsOf(offHours, findings)),
      offHours.map(({ teamId }) => teamId),
      JSON.stringify(awayOf(owners, findings)),
    ]);
    await announceNotice(client, stored.at(-1)?.id);
  }

  /**
   * For findings that stay open but whose township, severity, class or unit is another now: whoever was told and is no longer concerned
   * hears that it moved (转出), and the teams that are concerned now are told as of a new one.
   */
  async enqueueMoved(client: ClientBase, findings: readonly AlertFinding[]): Promise<void> {
    if (findings.length === 0) return;
    const moved = [
      findings.map((f) => f.id),
      findings.map((f) => severityRank(f.severity)),
      findings.map((f) => f.townshipCode),
      findings.map(joinedTraces),
      findings.map((f) => f.problemClass ?? null),
      findings.map((f) => f.unitId ?? null),
    ];
    const nowMs = this.input.clock.nowMs();
    await execute(client, END_UNCONCERNED, [...moved, nowMs]);
    await this.takeApart(
      client,
      findings.map((f) => f.id),
      nowMs,
    );
    await execute(client, CANCEL_UNCONCERNED, moved);
    const stored = await rows(client, storedSchema, INSERT_MOVED, [...moved, nowMs, SUMMARY_QUIET_SETTLES * this.input.settleMs]);
    await announceNotice(client, stored.at(-1)?.id);
    await this.enqueue(
      client,
      findings.map((finding) => ({ bundle: 'moved', ...finding })),
    );
  }

  /** For findings that the data no longer support: tells exactly those who were told of them (撤回). */
  async enqueueWithdrawn(client: ClientBase, findings: readonly Pick<AlertFinding, 'id' | 'traces'>[]): Promise<void> {
    if (findings.length === 0) return;
    const ids = findings.map((f) => f.id);
    const nowMs = this.input.clock.nowMs();
    await execute(client, END_ALERTS, [ids, nowMs]);
    await this.takeApart(client, ids, nowMs);
    await execute(client, CANCEL_UNSENT, [ids]);
    const stored = await rows(client, storedSchema, INSERT_WITHDRAWN, [
      ids,
      nowMs,
      findings.map(joinedTraces),
      SUMMARY_QUIET_SETTLES * this.input.settleMs,
    ]);
    await announceNotice(client, stored.at(-1)?.id);
  }

  private async takeApart(client: ClientBase, ids: readonly string[], nowMs: EpochMs): Promise<void> {
    await execute(client, AWAIT_SUMMARIES, [ids]);
    await execute(client, TAKE_APART, [ids, nowMs]);
  }
}

/** Each place and class that something was found of, once. */
function kindsOf(findings: readonly AlertFinding[]): { townshipCode: string | null; problemClass: string | null }[] {
  const kinds = new Map(
    findings.map(({ townshipCode, problemClass = null }) => [
      JSON.stringify([townshipCode, problemClass]),
      { townshipCode, problemClass },
    ]),
  );
  return [...kinds.values()];
}

/** Whose own channels are not told, of which places and classes, and why. */
function awayOf(owners: readonly ChannelOwner[], findings: readonly AlertFinding[]): Record<string, string | null>[] {
  const kinds = kindsOf(findings);
  return owners.flatMap(({ userId, passedOver }) =>
    kinds.flatMap((kind) => {
      const reason = passedOver(kind);
      const row = { user_id: userId, township_code: kind.townshipCode, problem_class: kind.problemClass, passed_over: reason };
      return reason === null ? [] : [row];
    }),
  );
}

/** Who is on duty, for each place and class that something was found of. */
function turnsOf(offHours: readonly TeamOffHours[], findings: readonly AlertFinding[]): Record<string, string | null>[] {
  const kinds = kindsOf(findings);
  return offHours.flatMap(({ teamId, persons }) =>
    persons.flatMap(({ userId, passedOver }) =>
      kinds.map((kind) => ({
        team_id: teamId,
        user_id: userId,
        township_code: kind.townshipCode,
        problem_class: kind.problemClass,
        passed_over: passedOver(kind),
      })),
    ),
  );
}

/** PostgreSQL has no arrays of arrays of different lengths. */
function joinedTraces({ traces }: Pick<AlertFinding, 'traces'>): string {
  return (traces ?? []).join(',');
}
