import { CLUE_STATES } from '@tianyan/cases/api';
import { LETTER_STATES } from '@tianyan/supervision/api';
import { z } from 'zod';
import { evidenceItemSchema, findingSummarySchema, shownFieldSchema } from './findings.js';

/** Things that have a record of their own, which says what they are and where they lie. */
export const THING_KINDS = ['order', 'contract', 'project', 'asset', 'listing'] as const;
export type ThingKind = (typeof THING_KINDS)[number];

/** What records of several systems name by one number, each with a page of its own; of a firm by its unified social credit code, of an agent of the hotline by the staff number. */
export const TIMELINE_KINDS = [...THING_KINDS, 'firm', 'agent'] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];
export const timelineKindSchema = z.enum(TIMELINE_KINDS);

export const TIMELINE_KIND_LABELS: Readonly<Record<TimelineKind, string>> = {
  order: '工单',
  contract: '合同',
  project: '项目',
  asset: '资产资源',
  listing: '交易项目',
  firm: '企业',
  agent: '坐席',
};

/** By what findings call it among their subjects. */
const KINDS_BY_SUBJECT: ReadonlyMap<string, TimelineKind> = new Map(
  [...THING_KINDS, 'agent' as const].map((kind) => [`${kind}Id`, kind]),
);
/** How fields end that hold the credit code of a firm, whatever its part. */
const CREDIT_CODE = 'CreditCode';

/** Those whose pages open with the whole county alone: their records name no place. */
export const COUNTY_TIMELINE_KINDS: readonly TimelineKind[] = ['agent'];

/** Null: what a field or a subject of this name holds has no page. */
export function timelineKindOf(name: string): TimelineKind | null {
  return KINDS_BY_SUBJECT.get(name) ?? (name.endsWith(CREDIT_CODE) ? 'firm' : null);
}

const relatedSchema = z.object({ kind: timelineKindSchema, kindLabel: z.string(), code: z.string() });
const placeSchema = z.object({
  kind: z.enum(['unit', 'township', 'village']),
  code: z.string(),
  name: z.string(),
  /** Whether its page opens for the signed-in person. */
  hasPage: z.boolean(),
});

/** GET /api/timelines/:kind/:code: all that is known of one thing, in the order in which it happened. */
export const timelineSchema = z.object({
  kind: timelineKindSchema,
  kindLabel: z.string(),
  code: z.string(),
  /** What its own record says in a line; null: that record has not arrived. */
  title: z.string().nullable(),
  /** Told in confidence: only number, dates and unit are shown. */
  confidential: z.boolean(),
  /** What its own record says, personal data covered. */
  facts: z.array(shownFieldSchema),
  /** Oldest first. */
  items: z.array(evidenceItemSchema),
  /** There are more records than are shown; the newest are. */
  truncated: z.boolean(),
  /** The last changed first. */
  findings: z.array(findingSummarySchema),
  findingsTruncated: z.boolean(),
  /** In which those findings are worked on; none where who asks may not read clues. */
  clues: z.array(z.object({ id: z.string(), number: z.string(), state: z.enum(CLUE_STATES) })),
  /** Drafted from those findings and clues, the last changed first; none where who asks may not read letters. */
  letters: z.array(z.object({ id: z.string(), name: z.string(), unitName: z.string(), state: z.enum(LETTER_STATES) })),
  /** Other things that its records name. */
  related: z.array(relatedSchema),
  /** Units and places that its records name. */
  places: z.array(placeSchema),
});
export type Timeline = z.infer<typeof timelineSchema>;
