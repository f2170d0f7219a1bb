import type { Action, Signatories, Signing } from '@tianyan/access';
import type { ClueState, ClueVerdict, Disposal, StepRequest } from '../api/index.js';

/** Where work goes on: from here it may be suspended or transferred, and comes back here. */
export type WorkingState = 'registered' | 'verifying' | 'disposing' | 'handling' | 'rectifying';

/** What whoever approves a rung has to be allowed: to direct clues, or to decide on them. */
export type RungAction = Extract<Action, 'manage-clues' | 'approve-clues'>;

/** One rung of an approval; a name alone is a leader's. */
export type Rung = string | { name: string; action: RungAction };

export const rungName = (rung: Rung): string => (typeof rung === 'string' ? rung : rung.name);
export const rungAction = (rung: Rung): RungAction => (typeof rung === 'string' ? 'approve-clues' : rung.action);

/** A disposal that waits for approval, rung by rung. */
export interface Proposal {
  disposal: Disposal;
  proposedBy: string;
  /** The rungs that have to approve, in order, as they were when it was proposed. */
  ladder: readonly [Rung, ...Rung[]];
  /** Of each rung that has approved: who signed, and in whose place. */
  approvedBy: readonly Signatories[];
}

/** A state, with what only that state knows. */
export type Position =
  | { state: WorkingState | 'concluding' | 'closed' | 'on-hold' | 'merged' | 'cancelled' }
  | { state: 'awaiting-approval'; proposal: Proposal }
  | { state: 'awaiting-acceptance'; submittedBy: string; recoveredFen: number; improved: boolean }
  | { state: 'awaiting-reopening'; askedBy: string }
  | { state: 'suspended' | 'transferred'; returnsTo: WorkingState };

/** All that steps are judged by: what the steps before have made of a clue. People by their user id. */
export interface ClueFacts {
  position: Position;
  assigneeId: string | null;
  /** Who registered it, brought findings into it, or has ever handled it: none of them directs or decides on it as somebody's deputy. */
  handIds: readonly string[];
  recusedIds: readonly string[];
  /** 知悉范围: who alone may see the clue; null: whoever's reach it lies in. */
  circleIds: readonly string[] | null;
  verdict: ClueVerdict | null;
  /** Approved. */
  disposal: Disposal | null;
  findingIds: readonly string[];
  /** The problem of a campaign that it was registered of; null: of findings. */
  campaignTaskId: string | null;
  personIds: readonly string[];
  /** A longer deadline of the state, as it was asked for; null: nobody waits for an answer. */
  extension: { askedBy: string; workingDays: number } | null;
  /** How often the deadline of each state was made longer. */
  extensions: Readonly<Partial<Record<ClueState, number>>>;
  /** Of all rectifications that were accepted. */
  recoveredFen: number;
  improvements: number;
}

/** The order of a campaign (专项复查) in which a problem was confirmed. */
export interface CampaignTaskOfClue {
  id: string;
  orderId: string;
}

/** A step as it is kept: what was asked, and what the platform knew beside it. Names of people are kept with the person, not here. */
export type Step =
  | Exclude<StepRequest, { step: 'propose' | 'ask-extension' | 'add-person' | 'split' | 'merge' | 'link' }>
  | (Extract<StepRequest, { step: 'propose' }> & { ladder: Proposal['ladder'] })
  // `most`: how often it may be made longer there, by the rules of the day.
  | (Extract<StepRequest, { step: 'ask-extension' }> & { most: number })
  | { step: 'add-person'; personId: string }
  | { step: 'split'; findingIds: readonly string[]; reason: string; otherId: string; otherNumber: string }
  | { step: 'merge'; reason: string; otherId: string; otherNumber: string }
  | { step: 'link'; reason: string; otherId: string; otherNumber: string }
  | {
      step: 'register';
      findingIds: readonly string[];
      reason: string | null;
      splitFrom: string | null;
      circleIds?: readonly string[] | undefined;
      campaignTask?: CampaignTaskOfClue | undefined;
    }
  | { step: 'absorb'; findingIds: readonly string[]; personIds: readonly string[]; otherId: string; otherNumber: string }
  | { step: 'take-out'; findingId: string; reason: string | null }
  | { step: 'hand-over'; fromId: string; assigneeId: string; reason: string }
  | { step: 'widen'; userIds: readonly string[] }
  | { step: 'attach'; fileId: string; sha256: string }
  | { step: 'withdraw-file'; fileId: string; sha256: string; reason: string }
  | { step: 'support-lost' | 'support-regained' | 'rebound'; findingId: string };

export type StepOf<K extends Step['step']> = Extract<Step, { step: K }>;

/** Who takes a step. */
export type StepTaker = PersonTaking | { by: 'platform' };
export type PersonTaking = { by: 'person' } & Signing;

/** What the next rung asks for; null: no disposal waits. */
export function nextRung({ position }: ClueFacts): Rung | null {
  if (position.state !== 'awaiting-approval') return null;
  const { ladder, approvedBy } = position.proposal;
  return ladder[approvedBy.length] ?? null;
}

/** Those who have had a hand in the clue, and these. */
export const withHands = (facts: ClueFacts, userIds: readonly string[]): ClueFacts => ({
  ...facts,
  handIds: [...new Set([...facts.handIds, ...userIds])],
});

export const stateOf = ({ position }: ClueFacts): ClueState => position.state;
