import type { EpochMs } from '@tianyan/kernel';
import { z } from 'zod';
import { isTried, isTriedWhole } from './untried.js';
import { trialResultSchema, type TrialResult } from '../trials/trial.js';

/**
 * - `draft`: being written; `submitted`: waits for a second person; `returned`: sent back with a reason, to be changed;
 * - `approved`: this very text may be published; `published`: it was, in shadow or live; `discarded`: nobody wants it.
 */
export const DRAFT_STATES = ['draft', 'submitted', 'returned', 'approved', 'published', 'discarded'] as const;
export type DraftState = (typeof DRAFT_STATES)[number];

export const DRAFT_EVENTS = [
  'created',
  'edited',
  'passed',
  'tried',
  'submitted',
  'approved',
  'returned',
  'shadowed',
  'published',
  'discarded',
] as const;
export type DraftEventKind = (typeof DRAFT_EVENTS)[number];

/** Drafts that are neither published nor discarded; with more nobody knows what is still to be done. */
export const MAX_OPEN_DRAFTS = 500;
/** Drafts of one answer: all that are open, and the newest of the others. */
export const MAX_SHOWN_DRAFTS = 600;
/** Events of one draft that are shown; who saves every minute for a day has made as many. */
export const MAX_SHOWN_DRAFT_EVENTS = 500;

/** One step in the life of a draft. */
export interface DraftEvent {
  event: DraftEventKind;
  /** Sign-in name. */
  actor: string;
  reason: string | null;
  /** Why a text was handed in or published that had not been tried; null: it had, or the step asks for no trial. */
  untriedReason: string | null;
  /** Of the text as it was then. */
  digest: string;
  /** Machine clock. */
  atMs: EpochMs;
}

/** What a list shows of a draft. */
export interface DraftSummary {
  id: string;
  /** As far as the text says it; empty: not yet. */
  ruleId: string;
  title: string;
  state: DraftState;
  /** Grows with every change of the text. */
  revision: number;
  createdBy: string;
  createdAtMs: EpochMs;
  changedBy: string;
  changedAtMs: EpochMs;
  /** Whether all examples of the text as it is now have passed. */
  hasPassed: boolean;
  /** Whether the text as it is now was tried over the records. */
  isTried: boolean;
  /** The same, by somebody who sees the whole county and every class: what a publisher has to know. */
  isTriedWhole: boolean;
}

export interface Draft extends DraftSummary {
  yaml: string;
  digest: string;
  /** The published text that it began as; null: a new rule. */
  basedOn: string | null;
  /** Of the text as it is now; null: it was not tried, or by somebody who sees more than who asks. */
  trial: TrialResult | null;
  /** Oldest first. */
  events: readonly DraftEvent[];
}

const summaryRow = z.object({
  id: z.string(),
  rule_id: z.string(),
  title: z.string(),
  state: z.enum(DRAFT_STATES),
  revision: z.int(),
  created_by: z.string(),
  created_at_ms: z.int(),
  changed_by: z.string(),
  changed_at_ms: z.int(),
  has_passed: z.boolean(),
  is_tried: z.boolean(),
  is_tried_whole: z.boolean(),
});
export const SUMMARY_COLUMNS = `id, rule_id, title, state, revision, created_by, created_at_ms, changed_by, changed_at_ms,
  coalesce(passed_digest = digest, false) AS has_passed, ${isTried('finding_rule_draft')} AS is_tried,
  ${isTriedWhole('finding_rule_draft')} AS is_tried_whole`;
export const summarySchema = summaryRow.transform(toSummary);

export const draftSchema = summaryRow
  .extend({
    yaml: z.string(),
    digest: z.string(),
    based_on: z.string().nullable(),
    trial: trialResultSchema.nullable(),
    trial_reach: z.array(z.string()).nullable(),
    trial_classes: z.array(z.string()).nullable(),
  })
  .transform((row) => ({
    draft: { ...toSummary(row), yaml: row.yaml, digest: row.digest, basedOn: row.based_on, trial: row.trial },
    trialReach: { townshipCodes: row.trial_reach, problemClasses: row.trial_classes },
  }));
/** A result of another text says nothing of this one. */
export const DRAFT_COLUMNS = `${SUMMARY_COLUMNS}, yaml, digest, based_on, CASE WHEN tried_digest = digest THEN trial END AS trial, trial_reach, trial_classes`;

export const eventSchema = z
  .object({
    event: z.enum(DRAFT_EVENTS),
    actor: z.string(),
    reason: z.string().nullable(),
    untried_reason: z.string().nullable(),
    digest: z.string(),
    at_ms: z.int(),
  })
  .transform(({ at_ms: atMs, untried_reason: untriedReason, ...event }): DraftEvent => ({ ...event, untriedReason, atMs }));

function toSummary(row: z.output<typeof summaryRow>): DraftSummary {
  return {
    id: row.id,
    ruleId: row.rule_id,
    title: row.title,
    state: row.state,
    revision: row.revision,
    createdBy: row.created_by,
    createdAtMs: row.created_at_ms,
    changedBy: row.changed_by,
    changedAtMs: row.changed_at_ms,
    hasPassed: row.has_passed,
    isTried: row.is_tried,
    isTriedWhole: row.is_tried_whole,
  };
}
