import type { EpochMs } from '@tianyan/kernel';
import { idText } from '@tianyan/postgres';
import { z } from 'zod';
import { severityOfRank, type AlertSeverity } from './severity.js';

/**
 * `opened`: look at it; `withdrawn` (撤回): the data no longer support it; `moved` (转出): it holds, but concerns other teams
 * now; the others (汇总): the same of several findings.
 */
const DELIVERY_KINDS = ['opened', 'withdrawn', 'moved', 'summary', 'summary-withdrawn', 'summary-moved'] as const;
export type DeliveryKind = (typeof DELIVERY_KINDS)[number];
const DELIVERY_CHANNELS = ['inbox', 'webhook'] as const;
export type DeliveryChannel = (typeof DELIVERY_CHANNELS)[number];
/** `dead` (死信): given up after the last attempt, until a person retries it. `cancelled`: withdrawn before anybody was told; `bundled`: told by a summary. */
const DELIVERY_STATES = ['waiting', 'delivered', 'dead', 'cancelled', 'bundled'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

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

export const deliveryColumns = z.object({
  id: idText,
  finding_id: z.string(),
  round: z.int(),
  kind: z.enum(DELIVERY_KINDS),
  channel: z.enum(DELIVERY_CHANNELS),
  recipient: z.string(),
  team_id: z.string(),
  severity: z.int(),
  title: z.string(),
  body: z.string(),
  township_code: z.string().nullable(),
  occurred_at_ms: z.int(),
  state: z.enum(DELIVERY_STATES),
  attempts: z.int(),
  next_attempt_at_ms: z.int(),
  delivered_at_ms: z.int().nullable(),
  last_error: z.string().nullable(),
  created_at_ms: z.int(),
  read_at_ms: z.int().nullable(),
  traces: z.array(z.string()),
  path: z.string().nullable(),
});

export function toDelivery(row: z.output<typeof deliveryColumns>): Delivery {
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
    occurredAtMs: row.occurred_at_ms,
    path: row.path ?? `/findings/${encodeURIComponent(row.finding_id)}`,
    state: row.state,
    attempts: row.attempts,
    nextAttemptAtMs: row.next_attempt_at_ms,
    deliveredAtMs: row.delivered_at_ms,
    lastError: row.last_error,
    createdAtMs: row.created_at_ms,
    readAtMs: row.read_at_ms,
    traces: row.traces,
  };
}
