import type { ClueState, ClueVerdict, Disposal, StepRequest } from '../api/index.js';

/** Where work goes on: from here it may be suspended or transferred, and comes back here. */
export type WorkingState = 'registered' | 'verifying' | 'disposing' | 'handling' | 'rectifying';

/** A disposal that waits for approval, rung by rung. */
export interface Proposal {
  disposal: Disposal;
  proposedBy: string;
  /** Names of the rungs that have to approve, in order, as they were when it was proposed. */
  ladder: readonly [string, ...string[]];
  approvedBy: readonly string[];
}

/** A state, with what only that state knows. */
export type Position =
  | { state: WorkingState | 'concluding' | 'closed' | 'on-hold' | 'merged' | 'cancelled' }
  | { state: 'awaiting-approval'; proposal: Proposal }
  | { state: 'awaiting-acceptance'; submittedBy: string }
  | { state: 'awaiting-reopening'; askedBy: string }
  | { state: 'suspended' | 'transferred'; returnsTo: WorkingState };

/** All that steps are judged by: what the steps before have made of a clue. People by their user id. */
export interface ClueFacts {
  position: Position;
  assigneeId: string | null;
  recusedIds: readonly string[];
  verdict: ClueVerdict | null;
  /** Approved. */
  disposal: Disposal | null;
  findingIds: readonly string[];
  personIds: readonly string[];
}

/** A step as it is kept: what was asked, and what the platform knew beside it. Names of people are kept with the person, not here. */
export type Step =
  | Exclude<StepRequest, { step: 'propose' | 'add-person' | 'split' | 'merge' | 'link' }>
  | (Extract<StepRequest, { step: 'propose' }> & { ladder: Proposal['ladder'] })
  | { step: 'add-person'; personId: string }
  | { step: 'split'; findingIds: readonly string[]; reason: string; otherId: string; otherNumber: string }
  | { step: 'merge'; reason: string; otherId: string; otherNumber: string }
  | { step: 'link'; reason: string; otherId: string; otherNumber: string }
  | { step: 'register'; findingIds: readonly string[]; reason: string | null; splitFrom: string | null }
  | { step: 'absorb'; findingIds: readonly string[]; personIds: readonly string[]; otherId: string; otherNumber: string }
  | { step: 'take-out'; findingId: string; reason: string | null }
  | { step: 'support-lost' | 'support-regained' | 'rebound'; findingId: string };

export type StepOf<K extends Step['step']> = Extract<Step, { step: K }>;

/** Who takes a step. */
export type StepTaker = { by: 'person'; userId: string } | { by: 'platform' };

export const stateOf = ({ position }: ClueFacts): ClueState => position.state;
