import { z } from 'zod';
import { clueSummarySchema } from './clues.js';
import { codeSchema, reasonSchema } from './primitives.js';
import { letterSummarySchema } from './supervision.js';

/** Shown of one account at once; what is handed over makes room for the next. */
export const MAX_SHOWN_WORK = 200;
/** Handed over by one request, so that it is answered within seconds and a page can say how far it is. */
export const MAX_HANDED_AT_ONCE = 20;

const countsShape = { clues: z.int().nonnegative(), letters: z.int().nonnegative(), circulars: z.int().nonnegative() };
/** As a table of them needs: all of a circular is in an API of its own, which this page does not load. */
const handledCircularSchema = z.object({
  id: z.string(),
  /** Its number, or that it has none. */
  name: z.string(),
  title: z.string(),
  stateLabel: z.string(),
  dueAtMs: z.int().nullable(),
});
const holderSchema = z.object({
  userId: z.string(),
  account: z.string(),
  name: z.string(),
  roleLabel: z.string(),
  /** Whether the person can still sign in; what a person who cannot handles is nobody's. */
  active: z.boolean(),
  ...countsShape,
  /** Orders of campaigns that wait to be looked at: they are given out anew in the campaign. */
  campaignTasks: z.int().nonnegative(),
});

/** GET /api/hand-overs: who handles how much in the whole county; those who cannot sign in any more first. */
export const holderListSchema = z.object({ items: z.array(holderSchema) });
export type HolderList = z.infer<typeof holderListSchema>;

/** GET /api/hand-overs/{userId}: what the account handles, of that what who asks may see. */
export const handledWorkSchema = z.object({
  holder: holderSchema,
  clues: z.array(clueSummarySchema),
  letters: z.array(letterSummarySchema),
  circulars: z.array(handledCircularSchema),
  /** Outside the reach or the circles of who asks, or more than are shown. */
  notShown: z.object(countsShape),
  /** Clues that wait for the role of the person, and how many others may take the step. */
  waiting: z.array(clueSummarySchema.extend({ stepLabel: z.string(), others: z.int().nonnegative() })),
  /** To whom it may be given. */
  receivers: z.array(holderSchema),
});
export type HandledWork = z.infer<typeof handledWorkSchema>;

const countOf = (asked: Readonly<Record<'clueIds' | 'letterIds' | 'circularIds', readonly string[]>>): number =>
  asked.clueIds.length + asked.letterIds.length + asked.circularIds.length;

/** POST /api/hand-overs/{userId} */
export const handOverRequestSchema = z
  .strictObject({
    toId: z.string('请选择接手的人').min(1, '请选择接手的人').max(200),
    clueIds: z.array(codeSchema).max(MAX_HANDED_AT_ONCE),
    letterIds: z.array(codeSchema).max(MAX_HANDED_AT_ONCE),
    circularIds: z.array(codeSchema).max(MAX_HANDED_AT_ONCE).default([]),
    reason: reasonSchema,
  })
  .refine((asked) => countOf(asked) > 0, '请至少选择一项')
  .refine((asked) => countOf(asked) <= MAX_HANDED_AT_ONCE, `一次最多移交 ${MAX_HANDED_AT_ONCE} 项`);
export type HandOverRequest = z.infer<typeof handOverRequestSchema>;

/** What became of each. */
export const handOverAnswerSchema = z.object({
  items: z.array(
    z.object({
      kind: z.enum(['clue', 'letter', 'circular']),
      id: z.string(),
      /** Why it stays where it is, in Chinese; null: it was handed over. */
      refusal: z.string().nullable(),
    }),
  ),
});
export type HandOverAnswer = z.infer<typeof handOverAnswerSchema>;
