import type { Signatories } from '@tianyan/access';
import { z } from 'zod';
import {
  LETTER_KINDS,
  type LetterContent,
  type LetterOrigin,
  type LetterState,
  type LetterStepRequest,
  type UnitLetterStepRequest,
} from '../api/index.js';
import {
  attachStepSchema,
  namedFilesSchema,
  withdrawFileStepSchema,
  type FileStep,
  type NamedFile,
} from '../proof/file-steps.js';

/** A state, with what only that state knows. */
export type LetterPosition = { state: Exclude<LetterState, 'accepted'> } | { state: 'accepted'; acceptedBy: Signatories };

/** All that steps are judged by: what the steps before have made of a letter. People by their user id. */
export interface LetterFacts {
  position: LetterPosition;
  /** Whose the draft is now. */
  drafterId: string;
  /** Whose it was before it was handed over: none of them issues what they wrote. */
  formerDrafterIds: readonly string[];
  content: LetterContent;
  /** How often an answer was sent back. */
  returns: number;
  /** Handed in by the unit, and not withdrawn. */
  files: readonly NamedFile[];
}

type Request<K extends LetterStepRequest['step']> = Extract<LetterStepRequest, { step: K }>;

/** The first step. */
export type DraftStep = { step: 'draft'; origin: LetterOrigin } & LetterContent;
/** The answer as it is kept: with the files that were there. */
export type AnswerStep = Extract<UnitLetterStepRequest, { step: 'answer' }> & { files?: readonly NamedFile[] | undefined };
/** A later step as it is kept: what was asked, and what the platform gave it, such as the number. */
export type LaterLetterStep =
  | Exclude<LetterStepRequest, { step: 'revise' | 'issue' }>
  | Exclude<UnitLetterStepRequest, { step: 'answer' }>
  | AnswerStep
  | FileStep
  | Omit<Request<'revise'>, 'cover'>
  | (Request<'issue'> & { number: string })
  | { step: 'hand-over'; fromId: string; toId: string; reason: string };
export type LetterStep = DraftStep | LaterLetterStep;

const text = z.string();
const opinion = text.optional();
const contentShape = { kind: z.enum(LETTER_KINDS), unitCode: text, title: text, text, replyWorkingDays: z.int() };
const originSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('finding'), id: text }),
  z.object({ kind: z.literal('clue'), id: text }),
  z.object({ kind: z.literal('campaign-task'), id: text }),
]);

/** A step as history keeps it. What is added here has to be optional: steps are never rewritten. */
export const letterStepSchema = z.discriminatedUnion('step', [
  z.object({ step: z.literal('draft'), origin: originSchema, ...contentShape }),
  z.object({ step: z.literal('revise'), ...contentShape }),
  z.object({ step: z.literal('return-draft'), reason: text }),
  z.object({ step: z.literal('issue'), opinion, number: text }),
  z.object({ step: z.literal('receive') }),
  z.object({ step: z.literal('answer'), measures: text, outcome: text, documents: z.array(text), files: namedFilesSchema }),
  z.object({ step: z.literal('accept'), opinion }),
  z.object({ step: z.literal('send-back'), reason: text, replyWorkingDays: z.int() }),
  z.object({ step: z.literal('close'), opinion }),
  z.object({ step: z.literal('withdraw'), reason: text }),
  attachStepSchema,
  withdrawFileStepSchema,
  z.object({ step: z.literal('hand-over'), fromId: text, toId: text, reason: text }),
]) satisfies z.ZodType<LetterStep>;
