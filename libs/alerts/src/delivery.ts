import type { EpochMs } from '@tianyan/kernel';
import { severityOfRank, type AlertSeverity } from './severity.js';

/**
 * `opened`: look at it; `withdrawn` (撤回): the data no longer support it; `moved` (转出): it holds, but concerns other teams
 * now; the others (汇总): the same of several findings.
 */
export type DeliveryKind = 'opened' | 'withdrawn' | 'moved' | 'summary' | 'summary-withdrawn' | 'summary-moved';
export type DeliveryChannel = 'inbox' | 'webhook';
/** `dead` (死信): given up after the last attempt, until a person retries it. `cancelled`: withdrawn before anybody was told; `bundled`: told by a summary. */
export type DeliveryState = 'waiting' | 'delivered' | 'dead' | 'cancelled' | 'bundled';

/** One message to one recipient. */
export interface Delivery {
  id: string;
  /** Of a summary: a name of its own. */
  findingId: string;
  /** How often the finding had been withdrawn before. */
  round: number;
  kind: DeliveryKind;
  channel: DeliveryChannel;
  /** Id of the person (inbox) or the team (webhook). */
  recipient: string;
  teamId: string;
  severity: AlertSeverity;
  title: string;
  body: string;
  townshipCode: string | null;
  /** County time. */
  occurredAtMs: EpochMs;
  /** Where the console shows what it tells of. */
  path: string;
  state: DeliveryState;
  attempts: number;
  /** Machine clock, like all times below. */
  nextAttemptAtMs: EpochMs;
  deliveredAtMs: EpochMs | null;
  lastError: string | null;
  createdAtMs: EpochMs;
  readAtMs: EpochMs | null;
  /** Where the records came from that caused it. */
  traces: readonly string[];
}

export interface DeliveryRow {
  id: string;
  finding_id: string;
  round: number;
  kind: DeliveryKind;
  channel: DeliveryChannel;
  recipient: string;
  team_id: string;
  severity: number;
  title: string;
  body: string;
  township_code: string | null;
  occurred_at_ms: string;
  state: DeliveryState;
  attempts: number;
  next_attempt_at_ms: string;
  delivered_at_ms: string | null;
  last_error: string | null;
  created_at_ms: string;
  read_at_ms: string | null;
  traces: string[];
  path: string | null;
}

export function toDelivery(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    findingId: row.finding_id,
    round: row.round,
    kind: row.kind,
    channel: row.channel,
    recipient: row.recipient,
    teamId: row.team_id,
    severity: severityOfRank(row.severity),
    title: row.title,
    body: row.body,
    townshipCode: row.township_code,
    occurredAtMs: Number(row.occurred_at_ms),
    path: row.path ?? `/findings/${encodeURIComponent(row.finding_id)}`,
    state: row.state,
    attempts: row.attempts,
    nextAttemptAtMs: Number(row.next_attempt_at_ms),
    deliveredAtMs: row.delivered_at_ms === null ? null : Number(row.delivered_at_ms),
    lastError: row.last_error,
    createdAtMs: Number(row.created_at_ms),
    readAtMs: row.read_at_ms === null ? null : Number(row.read_at_ms),
    traces: row.traces,
  };
}
