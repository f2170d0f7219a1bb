import { z } from 'zod';
import { codeSchema, instantMsSchema, severitySchema } from './primitives.js';

/** Ten working days of seven hours. */
export const MAX_ESCALATION_OFFICE_HOURS = 70;
/** What a new escalation begins with. */
export const DEFAULT_ESCALATION_OFFICE_HOURS = 4;
const MAX_ESCALATION_PERSONS = 20;

const personsSchema = z.array(codeSchema).max(MAX_ESCALATION_PERSONS, `每一级最多 ${MAX_ESCALATION_PERSONS} 人`);

/** 升级: who is told of an alert that nobody of the team has acknowledged for a time. */
export const escalationSchema = z.strictObject({
  /** Milder alerts wait for ever. */
  minSeverity: severitySchema,
  /** So much office time passes before the first rung is told, and as much again before the second. */
  officeHours: z
    .int('办公小时应为整数')
    .min(1, '至少 1 个办公小时')
    .max(MAX_ESCALATION_OFFICE_HOURS, `最多 ${MAX_ESCALATION_OFFICE_HOURS} 个办公小时`),
  firstIds: personsSchema.min(1, '请选择第一级告知谁'),
  /** Empty: there is no second rung. */
  secondIds: personsSchema,
});
export type Escalation = z.infer<typeof escalationSchema>;

/** 签收: whether the team has taken note of what an entry of the inbox tells. */
export const entryAcknowledgementSchema = z.object({
  /** Alerts that wait for somebody; of a summary there may be several. */
  waiting: z.int().nonnegative(),
  /** The last that was acknowledged, by name; null: none was. */
  byName: z.string().nullable(),
  /** Machine time. */
  atMs: instantMsSchema.nullable(),
  mayAcknowledge: z.boolean(),
});
export type EntryAcknowledgement = z.infer<typeof entryAcknowledgementSchema>;

/** POST /api/inbox/acknowledge: all that waits of what one's own entries tell; answers how many findings it was */
export const acknowledgeRequestSchema = z.strictObject({ ids: z.array(codeSchema).min(1).max(1_000) });
export type AcknowledgeRequest = z.infer<typeof acknowledgeRequestSchema>;
export const acknowledgeResultSchema = z.object({ acknowledged: z.int().nonnegative() });
export type AcknowledgeResult = z.infer<typeof acknowledgeResultSchema>;

/**
 * GET /api/findings/:id/alerts — to which teams it was told, the newest first;
 * POST /api/findings/:id/alerts/acknowledge answers the same.
 */
export const findingAlertSchema = z.object({
  teamName: z.string(),
  /** No team takes it: the default team was told in its place. */
  isFallback: z.boolean(),
  /** Outside the team's hours: who was on duty; or all, as nobody was who could be told. */
  toldWhom: z.enum(['team', 'on-duty', 'nobody-on-duty']),
  /** Machine time, like all below. */
  openedAtMs: instantMsSchema,
  acknowledgedByName: z.string().nullable(),
  acknowledgedAtMs: instantMsSchema.nullable(),
  /** 0: nobody beyond the team was told. */
  rung: z.int().min(0),
  rungAtMs: instantMsSchema.nullable(),
  /** Null: it stands. */
  endedAtMs: instantMsSchema.nullable(),
  mayAcknowledge: z.boolean(),
});
export type FindingAlert = z.infer<typeof findingAlertSchema>;
export const findingAlertListSchema = z.object({ items: z.array(findingAlertSchema) });
export type FindingAlertList = z.infer<typeof findingAlertListSchema>;
