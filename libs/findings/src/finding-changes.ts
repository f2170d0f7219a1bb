import { SEVERITIES, type Severity } from '@tianyan/rules';
import { z } from 'zod';
import { FINDING_EVENTS, type FindingEvent } from './model.js';

/** PostgreSQL notifies it, at commit, of the findings that changed; the payload is read by {@link parseChanges}. */
export const FINDINGS_CHANNEL = 'findings_changed';

export interface FindingChange {
  id: string;
  ruleId: string;
  severity: Severity;
  event: FindingEvent;
  /** Who may hear of it; null: whoever sees the whole county. */
  townshipCode: string | null;
  /** Null: whoever sees all classes. */
  problemClass: string | null;
}

/** PostgreSQL refuses payloads of 8,000 bytes: more changes than this are not named, whatever their length. */
const MAX_NOTICES = 40;
const MAX_PAYLOAD_BYTES = 7_500;

/** The payload: the changes, or that there were too many to name. */
export function formatChanges(changes: readonly FindingChange[]): string {
  const told = changes.map(({ id, ruleId, severity, event, townshipCode, problemClass }) => ({
    id,
    ruleId,
    severity,
    event,
    townshipCode,
    problemClass,
  }));
  const payload = JSON.stringify(told.length <= MAX_NOTICES ? told : null);
  return Buffer.byteLength(payload) <= MAX_PAYLOAD_BYTES ? payload : 'null';
}

const schema = z
  .array(
    z.object({
      id: z.string(),
      ruleId: z.string(),
      severity: z.enum(SEVERITIES),
      event: z.enum(FINDING_EVENTS),
      // Missing where a process of an earlier version announces, while one after the other is replaced.
      townshipCode: z.string().nullable().default(null),
      problemClass: z.string().nullable().default(null),
    }),
  )
  .nullable();

/** Null: many changed, read the lists again. */
export function parseChanges(payload: string): readonly FindingChange[] | null {
  return schema.parse(JSON.parse(payload));
}
