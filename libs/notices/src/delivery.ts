import type { EpochMs } from '@tianyan/kernel';
import { idText } from '@tianyan/postgres';
import { z } from 'zod';
import { NOTICE_KINDS, SUBJECT_KINDS, type Notice, type NoticeSubject } from './notice.js';
import { CHANNEL_KINDS } from './sealed-target.js';
import { severityOfRank } from './severity.js';

const DELIVERY_CHANNELS = ['inbox', 'webhook', ...CHANNEL_KINDS] as const;
export type DeliveryChannel = (typeof DELIVERY_CHANNELS)[number];
/** `dead` (死信): given up after the last attempt, until a person retries it. `cancelled`: ended before anybody was told; `bundled`: told by a summary. */
const DELIVERY_STATES = ['waiting', 'delivered', 'dead', 'cancelled', 'bundled'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** One notice to one recipient. */
export interface Delivery extends Omit<Notice, 'settlesForMs' | 'traces' | 'problemClasses'> {
  id: string;
  channel: DeliveryChannel;
  /** Id of the person (inbox), the team (webhook) or the channel of a team. */
  recipient: string;
  /** Null: the person is told as an administrator, not as a member of a team. */
  teamId: string | null;
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
  subject_kind: z.enum(SUBJECT_KINDS),
  subject_id: z.string(),
  round: z.int(),
  kind: z.enum(NOTICE_KINDS),
  channel: z.enum(DELIVERY_CHANNELS),
  recipient: z.string(),
  team_id: z.string().nullable(),
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
  const subject: NoticeSubject = { kind: row.subject_kind, id: row.subject_id };
  return {
    id: row.id,
    subject,
    round: row.round,
    kind: row.kind,
    channel: row.channel,
    recipient: row.recipient,
    teamId: row.team_id,
    severity: severityOfRank(row.severity),
    title: row.title,
    text: row.body,
    townshipCode: row.township_code,
    occurredAtMs: row.occurred_at_ms,
    // Of one finding it is not stored.
    path: row.path ?? `/findings/${encodeURIComponent(row.subject_id)}`,
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
