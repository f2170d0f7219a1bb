import { z } from 'zod';
import { decisionCountsSchema } from './trial-decisions.js';

/** What the switch does to a rule: it begins to be judged, is judged no more, or is judged over other sources. */
export const SWITCH_EFFECTS = ['on', 'off', 'sources'] as const;
export type SwitchEffect = (typeof SWITCH_EFFECTS)[number];

/**
 * Why what a rule would find was not counted: whoever asks may not see its findings; more stand than are compared; it takes more than a query may, or fails;
 * the time was over before its turn; this program does not understand its text.
 */
export const UNCOUNTED_REASONS = ['out-of-reach', 'too-many', 'too-much', 'fails', 'no-time', 'unreadable'] as const;
export type UncountedReason = (typeof UNCOUNTED_REASONS)[number];

const switchedRuleSchema = z.object({
  id: z.string(),
  version: z.int(),
  /** Null: this program does not understand its text. */
  title: z.string().nullable(),
  effect: z.enum(SWITCH_EFFECTS),
  /** Null: it was not counted. */
  changes: z
    .object({
      /** Findings of the rule that the data support now, as stored. */
      standing: z.int(),
      gained: z.int(),
      lost: z.int(),
      decided: z.object({ gained: decisionCountsSchema, lost: decisionCountsSchema }),
    })
    .nullable(),
  uncounted: z.enum(UNCOUNTED_REASONS).nullable(),
  /** What stands of it, or what it judges, was not all there yet: it had not been evaluated over everything. Missing in results of before. */
  underWay: z.boolean().optional(),
});
export type SwitchedRule = z.output<typeof switchedRuleSchema>;

/** What switching several rules at once would bring and take away, by rule. Stored as it is. */
export const switchPreviewSchema = z.object({
  /** The instant at which everything was judged, on the county's clock. */
  nowMs: z.int(),
  /** Rules on which the switch has an effect, by id. */
  rules: z.array(switchedRuleSchema),
  /** Rules that are switched and stay what they are: another switch keeps them off, or they are so by now. */
  unchanged: z.int(),
  /**
   * Titles of rules that judge what other rules find: they are judged by what is found today, and follow when the others have changed.
   */
  followers: z.array(z.string()),
});
export type SwitchPreview = z.output<typeof switchPreviewSchema>;
