import { SEVERITIES, type Severity } from '@tianyan/rules';
import { z } from 'zod';
import { FINDING_EVENTS, type FindingEvent } from './model.js';

/** PostgreSQL notifies it, at commit, of the findings that changed; the payload is read by {@link parseNotice}. */
export const FINDINGS_CHANNEL = 'findings_changed';

export interface FindingNotice {
  id: string;
  ruleId: string;
  severity: Severity;
  event: FindingEvent;
}

/** PostgreSQL refuses payloads of 8,000 bytes; with ids of any length up to 60 bytes these fit. */
const MAX_NOTICES = 40;

/** The payload: the changes, or that there were too many to name. */
export function formatNotice(changes: readonly FindingNotice[]): string {
  const told = changes.map(({ id, ruleId, severity, event }) => ({ id, ruleId, severity, event }));
  return JSON.stringify(told.length <= MAX_NOTICES ? told : null);
}

const schema = z
  .array(z.object({ id: z.string(), ruleId: z.string(), severity: z.enum(SEVERITIES), event: z.enum(FINDING_EVENTS) }))
  .nullable();

/** Null: many changed, read the lists again. */
export function parseNotice(payload: string): readonly FindingNotice[] | null {
  return schema.parse(JSON.parse(payload));
}
