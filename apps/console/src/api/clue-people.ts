import { MAX_STEP_NAME_CHARS } from '@tianyan/cases/api';
import { z } from 'zod';
import { cluePersonSchema, clueSummarySchema } from './clues.js';
import { codeSchema, instantMsSchema, reasonSchema } from './primitives.js';
import { RELATED_KINDS, RELATION_KIND_LABELS } from './relations.js';

/** Kinds of what happened around a person, in the order in which the page explains them. */
export const PERSON_EVENT_LABELS = {
  clue: '线索',
  letter: '督办函',
  circular: '通报',
  rectification: '整改事项',
  watch: '反弹观察',
} as const;
export type PersonEventKind = keyof typeof PERSON_EVENT_LABELS;
const eventKindSchema = z.enum(['clue', 'letter', 'circular', 'rectification', 'watch']);

const personEventSchema = z.object({
  key: z.string(),
  kind: eventKindSchema,
  /** County time. */
  atMs: instantMsSchema,
  /** What happened, such as 核实. */
  title: z.string(),
  /** Number or name of what it happened to, and which one. */
  name: z.string(),
  id: z.string(),
  /** Who did it; null: the platform, a unit, or it is of no step. */
  takerName: z.string().nullable(),
  /** Personal data covered. */
  lines: z.array(z.object({ label: z.string(), text: z.string() })),
  /** It has not come yet: how long a rebound is watched for. */
  ahead: z.boolean(),
});
export type PersonEvent = z.infer<typeof personEventSchema>;

/** What a person is related with through the clues: clues, their findings, and what these are about. */
const NET_KINDS = ['clue', 'finding', ...RELATED_KINDS] as const;
export const PERSON_NET_LABELS: Readonly<Record<(typeof NET_KINDS)[number] | 'person', string>> = {
  ...RELATION_KIND_LABELS,
  clue: '线索',
  finding: '疑点',
};
const netNodeSchema = z.object({
  id: z.string(),
  kind: z.enum([...NET_KINDS, 'person']),
  name: z.string(),
  /** Steps from the person. */
  depth: z.int().nonnegative(),
  /** Opens its page; null: the person, and what has none for who asks. */
  code: z.string().nullable(),
});
export type PersonNetNode = z.infer<typeof netNodeSchema>;
export const personNetSchema = z.object({
  nodes: z.array(netNodeSchema),
  edges: z.array(z.object({ from: z.string(), to: z.string() })),
  /** There is more than can be told apart in a picture. */
  truncated: z.boolean(),
});
export type PersonNet = z.infer<typeof personNetSchema>;

/** An entry of the person: how one clue names them. */
const personEntrySchema = cluePersonSchema.omit({ id: true }).extend({
  personId: z.string(),
  clueId: z.string(),
  clueNumber: z.string(),
  /** County time; null: no form has been found. */
  formAtMs: instantMsSchema.nullable(),
});

/** GET /api/clues/:id/people/:personId: all that is known of a person whom a clue names (涉及人员) */
export const personPageSchema = z.object({
  /** Covered. */
  name: z.string(),
  /** The one that was asked for first. */
  entries: z.array(personEntrySchema),
  clues: z.array(clueSummarySchema),
  /** Oldest first; what has not come yet last. */
  events: z.array(personEventSchema),
  net: personNetSchema,
  /** There are more clues, or more happened, than is shown; the newest is. */
  truncated: z.boolean(),
  /** Whether who asks handles the clue: whoever does says who is one person. */
  mayIdentify: z.boolean(),
});
export type PersonPage = z.infer<typeof personPageSchema>;

const nameSchema = z.string().trim().min(2, '请填写完整的姓名').max(MAX_STEP_NAME_CHARS, `最多 ${MAX_STEP_NAME_CHARS} 字`);

/** POST /api/clues/:id/people/same-name: who of this name is known already, before somebody is named in a clue, or put right */
export const sameNameRequestSchema = z.strictObject({
  name: nameSchema,
  /** Whom it is put right of (更正), who has to bear the name; missing: somebody who is not named yet. */
  personId: codeSchema.optional(),
});
export type SameNameRequest = z.infer<typeof sameNameRequestSchema>;
/** POST /api/clue-people/search: by the whole name alone */
export const searchPeopleRequestSchema = z.strictObject({ name: nameSchema, reason: reasonSchema });
export type SearchPeopleRequest = z.infer<typeof searchPeopleRequestSchema>;
const knownPersonSchema = z.object({
  /** Of the newest entry. */
  personId: z.string(),
  clueId: z.string(),
  /** As it was asked for. */
  name: z.string(),
  /** How each clue names them, the newest first. */
  entries: z.array(
    z.object({
      personId: z.string(),
      clueId: z.string(),
      clueNumber: z.string(),
      unit: z.string(),
      post: z.string().nullable(),
    }),
  ),
});
export type KnownPerson = z.infer<typeof knownPersonSchema>;
export const knownPeopleSchema = z.object({ items: z.array(knownPersonSchema) });
export type KnownPeople = z.infer<typeof knownPeopleSchema>;

/** POST /api/clues/:id/people/:personId/identity: says anew who is one person */
export const identifyPersonRequestSchema = z.strictObject({
  /** The other's entry (同一人); null: somebody else (另一人). */
  sameAsId: codeSchema.nullable(),
  reason: reasonSchema,
});
export type IdentifyPersonRequest = z.infer<typeof identifyPersonRequestSchema>;
