import type { Clock, EpochMs } from '@tianyan/kernel';
import { execute, idText, rows, type ClientBase } from '@tianyan/postgres';
import { z } from 'zod';
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

const TARGETS = `
  team AS (
    SELECT f.id AS finding_id, t.id AS team_id, t.webhook_url
    FROM f JOIN alert_team t ON f.severity >= t.min_severity AND CASE
      WHEN EXISTS (SELECT 1 FROM alert_team_township a WHERE a.township_code = f.township_code)
        THEN EXISTS (SELECT 1 FROM alert_team_township a WHERE a.township_code = f.township_code AND a.team_id = t.id)
      ELSE t.is_default END),
  target AS (
    SELECT finding_id, team_id, 'inbox' AS channel, m.user_id AS recipient FROM team JOIN alert_team_member m USING (team_id)
    UNION ALL
    SELECT finding_id, team_id, 'webhook', team_id FROM team WHERE webhook_url IS NOT NULL)`;

// DISTINCT ON: a person in two teams gets one, by itself if one of the teams has a place for it.
const INSERT_OPENED = `
  WITH f AS (
    SELECT * FROM unnest($1::text[], $2::smallint[], $3::text[], $4::text[], $5::text[], $6::bigint[], $8::text[], $10::text[], $11::text[], $13::text[])
      AS f (id, severity, title, body, township_code, occurred_at_ms, traces, rule_id, bundle, beyond_for)),
  ${TARGETS},
  told AS (
    SELECT target.*, coalesce(f.bundle, CASE WHEN target.team_id = ANY(string_to_array(f.beyond_for, ',')) THEN '${BEYOND_BUDGET}' END) AS bundle
    FROM target JOIN f ON f.id = target.finding_id)
  INSERT INTO notice_delivery (subject_kind, subject_id, round, kind, channel, recipient, team_id, severity, title, body, township_code,
    occurred_at_ms, state, next_attempt_at_ms, created_at_ms, traces, rule_id, bundle)
  SELECT DISTINCT ON (f.id, told.channel, told.recipient)
    'finding', f.id, (SELECT coalesce(max(d.round) + 1, 0) FROM notice_delivery d WHERE d.subject_kind = 'finding' AND d.subject_id = f.id AND d.channel = told.channel
      AND d.recipient = told.recipient AND d.kind IN ('withdrawn', 'moved')),
    'opened', told.channel, told.recipient, told.team_id, f.severity, f.title, f.body, f.township_code, f.occurred_at_ms, 'waiting',
    $7::bigint + $9::bigint + CASE WHEN told.bundle IS NULL THEN 0 WHEN told.bundle = '${BEYOND_BUDGET}' THEN $14::bigint ELSE $12::bigint END,
    $7::bigint, string_to_array(f.traces, ','), f.rule_id, told.bundle
  FROM told JOIN f ON f.id = told.finding_id
  ORDER BY f.id, told.channel, told.recipient, told.bundle NULLS FIRST, told.team_id
  ON CONFLICT (subject_kind, subject_id, round, kind, channel, recipient) DO UPDATE
    SET state = 'waiting', next_attempt_at_ms = excluded.next_attempt_at_ms, bundle = excluded.bundle WHERE notice_delivery.state = 'cancelled'
  RETURNING id`;

// Nobody has been told yet: nothing to take back. Row locks make this wait for, or exclude, a delivery being claimed.
const CANCEL_UNSENT = `
  UPDATE notice_delivery SET state = 'cancelled'
  WHERE subject_kind = 'finding' AND subject_id = ANY($1) AND kind = 'opened' AND state = 'waiting' AND attempts = 0`;

// Who was told, or may have been (an attempt whose answer was lost), in the round that is still open.
const IS_TOLD = `
  o.kind = 'opened' AND (o.state IN ('delivered', 'bundled') OR (o.state = 'waiting' AND o.attempts > 0))
  AND NOT EXISTS (SELECT 1 FROM notice_delivery c WHERE c.subject_kind = 'finding' AND c.subject_id = o.subject_id AND c.round = o.round
    AND c.channel = o.channel AND c.recipient = o.recipient AND c.kind IN ('withdrawn', 'moved'))`;

// Who was told by a summary hears of the withdrawal by a summary.
const INSERT_WITHDRAWN = `
  INSERT INTO notice_delivery (subject_kind, subject_id, round, kind, channel, recipient, team_id, severity, title, body, township_code,
    occurred_at_ms, state, next_attempt_at_ms, created_at_ms, traces, rule_id, bundle)
  SELECT 'finding', o.subject_id, o.round, 'withdrawn', o.channel, o.recipient, o.team_id, o.severity, o.title, o.body, o.township_code, o.occurred_at_ms,
    'waiting', $2::bigint + CASE WHEN o.state = 'bundled' THEN $4::bigint ELSE 0 END, $2::bigint, string_to_array(f.traces, ','), o.rule_id,
    CASE WHEN o.state = 'bundled' THEN 'withdrawn' END
  FROM unnest($1::text[], $3::text[]) AS f (id, traces) JOIN notice_delivery o ON o.subject_kind = 'finding' AND o.subject_id = f.id
  WHERE ${IS_TOLD}
  RETURNING id`;

const MOVED =
  'f AS (SELECT * FROM unnest($1::text[], $2::smallint[], $3::text[], $4::text[]) AS f (id, severity, township_code, traces))';
const IS_NOT_CONCERNED = `NOT EXISTS (SELECT 1 FROM target t
    WHERE t.finding_id = o.subject_id AND t.channel = o.channel AND t.recipient = o.recipient)`;

const CANCEL_UNCONCERNED = `
  WITH ${MOVED}, ${TARGETS}
  UPDATE notice_delivery o SET state = 'cancelled'
  WHERE o.subject_kind = 'finding' AND o.subject_id = ANY($1) AND o.kind = 'opened' AND o.state = 'waiting' AND o.attempts = 0 AND ${IS_NOT_CONCERNED}`;

// A division that changes hands can move thousands at once: they are told together.
const INSERT_MOVED = `
  WITH ${MOVED}, ${TARGETS}
  INSERT INTO notice_delivery (subject_kind, subject_id, round, kind, channel, recipient, team_id, severity, title, body, township_code,
    occurred_at_ms, state, next_attempt_at_ms, created_at_ms, traces, rule_id, bundle)
  SELECT 'finding', o.subject_id, o.round, 'moved', o.channel, o.recipient, o.team_id, o.severity, o.title, o.body, o.township_code, o.occurred_at_ms,
    'waiting', $5::bigint + $6::bigint, $5::bigint, string_to_array(f.traces, ','), o.rule_id, 'moved'
  FROM f JOIN notice_delivery o ON o.subject_kind = 'finding' AND o.subject_id = f.id
  WHERE ${IS_TOLD} AND ${IS_NOT_CONCERNED}
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
    },
  ) {}

  /** For findings newly opened, or open again after a withdrawal. */
  async enqueue(client: ClientBase, findings: readonly AlertFinding[]): Promise<void> {
    if (findings.length === 0) return;
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
    ]);
    await announceNotice(client, stored.at(-1)?.id);
  }

  /**
   * For findings that stay open but whose township or severity is another now: whoever was told and is no longer concerned
   * hears that it moved (转出), and the teams that are concerned now are told as of a new one.
   */
  async enqueueMoved(client: ClientBase, findings: readonly AlertFinding[]): Promise<void> {
    if (findings.length === 0) return;
    const moved = [
      findings.map((f) => f.id),
      findings.map((f) => severityRank(f.severity)),
      findings.map((f) => f.townshipCode),
      findings.map(joinedTraces),
    ];
    await execute(client, CANCEL_UNCONCERNED, moved);
    const stored = await rows(client, storedSchema, INSERT_MOVED, [
      ...moved,
      this.input.clock.nowMs(),
      SUMMARY_QUIET_SETTLES * this.input.settleMs,
    ]);
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
    await execute(client, CANCEL_UNSENT, [ids]);
    const stored = await rows(client, storedSchema, INSERT_WITHDRAWN, [
      ids,
      this.input.clock.nowMs(),
      findings.map(joinedTraces),
      SUMMARY_QUIET_SETTLES * this.input.settleMs,
    ]);
    await announceNotice(client, stored.at(-1)?.id);
  }
}

/** PostgreSQL has no arrays of arrays of different lengths. */
function joinedTraces({ traces }: Pick<AlertFinding, 'traces'>): string {
  return (traces ?? []).join(',');
}
