import type { EpochMs } from '@tianyan/kernel';
import type { County } from '../world/county.js';
import type { Dice } from '../world/dice.js';
import type { Category } from '../world/matters.js';
import type { DayNumber } from '../world/work-time.js';
import type { OrderLife } from './order-life.js';
import type { Blocked } from './ordinary-order.js';

/** The rules that problems are planted for. */
export const HOTLINE_RULES = [
  'order-ping-pong', 'returned-again-after-refusal', 'completion-rejected-twice', 'no-contact-in-time',
  'claimed-without-contact', 'order-overdue', 'solved-claim-denied', 'repeated-complaint', 'passed-back', 'closed-in-minutes',
  'reply-too-short', 'extension-on-last-day', 'passed-round', 'shirking-unit', 'returned-twice', 'no-lead-named', 'ungrounded-return',
  'returned-after-contact', 'returned-too-late', 'contact-denied', 'closed-without-contact', 'reapplied-at-once', 'sign-delay',
  'extended-twice', 'extension-too-long', 'extension-granted-late', 'paused-too-long', 'paused-on-last-day', 'dispatch-delay',
  'urgent-not-contacted', 'satisfaction-flipped', 'clue-words', 'repeated-and-dissatisfied', 'complained-again-after-close', 'group-complaint',
  'reply-copied', 'closed-without-visit', 'passed-back-unit', 'no-lead-unit', 'returned-between-two', 'urgent-sign-delay',
] as const; // prettier-ignore
/** Of a unit's week, or its quarter. */
export const UNIT_RULES = [
  'unit-always-perfect',
  'unit-dissatisfied-share',
  'unit-return-share',
  'unit-wrong-return-share',
  'unit-rework-share',
  'unit-wrong-dispatch-share',
  'unit-denied-contact-share',
] as const;
/** Of the centre itself: its calls and its agents. */
export const CENTRE_RULES = [
  'connection-rate-low',
  'slow-answer',
  'agent-busy-long',
  'agent-busy-share',
  'agent-left-post',
  'acceptance-rate-low',
] as const;
export const ASSET_RULES = [
  'paid-not-mended',
  'leased-outside-market',
  'contract-differs-from-deal',
  'rent-unpaid-in-use',
  'lease-far-below-peers',
  'spent-above-contract',
  'lease-over-term',
  'lease-without-vote',
  'contract-starts-before-signing',
  'contract-above-budget',
  'deal-below-floor',
  'contract-signed-before-listing',
  'deal-without-receipt',
  'rent-paid-by-another',
  'lease-expired-in-use',
  'rent-unpaid-not-in-use',
  'notice-too-short',
  'bidders-share-device',
  'bidders-share-account',
  'failed-then-dealt-lower',
  'relisted-lower',
  'asset-idle',
  'asset-idle-but-used',
  'relet-at-higher-price',
  'same-builder-again',
  'reception-spending',
  'handler-approves',
  'works-without-project',
  'split-payments',
  'settled-above-contract',
  'paid-ahead-of-progress',
  'large-cash-payment',
  'payment-without-invoice',
  'bidders-share-phone',
  'bidders-share-legal-person',
  'vote-after-signing',
  'vote-without-majority',
  'failed-then-negotiated',
  'sole-bidder-at-floor',
  'bidders-take-turns',
  'agency-sole-bidder-share',
  'lease-long-term',
  'idle-after-lease',
  'contract-not-public',
  'notice-after-signing',
  'public-notice-too-short',
  'lessee-related',
  'winner-related',
  'split-below-limit',
  'invoice-claimed-twice',
  'invoice-overclaimed',
  'spent-without-budget',
  'floor-far-below-peers',
  'deals-at-floor-share',
  'village-sole-bidder-share',
] as const;
export type HotlineRuleId = (typeof HOTLINE_RULES)[number];
export type CentreRuleId = (typeof CENTRE_RULES)[number];
export type UnitRuleId = (typeof UNIT_RULES)[number];
export type RuleId = HotlineRuleId | UnitRuleId | CentreRuleId | (typeof ASSET_RULES)[number];

export interface StoryContext {
  seed: number;
  county: County;
  blocked: Blocked;
  /** The day on which the story's first order is accepted. */
  day: DayNumber;
  dice: Dice;
}

/** A problem that data and time make true in [fromMs, toMs). The scope may need the numbers that orders get later. */
export interface ProblemDraft {
  rule: RuleId;
  scope: (orderIds: readonly string[]) => string;
  fromMs: EpochMs;
  toMs: EpochMs | null;
  /** When the end has been published; until then a platform may rightly hold on to the problem. */
  endSettledAtMs?: EpochMs;
  story: string;
}
export interface LookalikeDraft {
  rule: RuleId;
  scope: (orderIds: readonly string[]) => string;
  why: string;
}
export interface Story {
  orders: OrderLife[];
  problems: ProblemDraft[];
  lookalikes: LookalikeDraft[];
}

/** Makes planted problems of one rule, and cases that look like it and are none. */
export interface Storyteller {
  rule: RuleId;
  problem(ctx: StoryContext): Story;
  lookalike(ctx: StoryContext): Story;
}

export const scopeOrder = (ids: readonly string[]): string => ids[0] ?? '';
export const scopeOrderUnit = (unitId: string) => (ids: readonly string[]): string => `${ids[0] ?? ''}|${unitId}`; // prettier-ignore

export function storyOf(order: OrderLife, problems: ProblemDraft[], lookalikes: LookalikeDraft[] = []): Story {
  return { orders: [order], problems, lookalikes };
}

export type { Category };
