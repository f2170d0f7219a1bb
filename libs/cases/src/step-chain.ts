import { chainedHash, isUnbrokenChain, type EpochMs } from '@tianyan/kernel';
import type { ClueState } from './api/index.js';
import type { Step } from './machine/facts.js';

/** What the hash of a step holds beside the hash of the one before. */
export interface ChainedStep {
  clueId: string;
  seq: number;
  atMs: EpochMs;
  takerId: string | null;
  takerAccount: string | null;
  /** In whose place; missing or null: in nobody's. */
  forId?: string | null | undefined;
  forAccount?: string | null | undefined;
  content: Step;
  stateAfter: ClueState;
}

/** Holds all that was before; it also stands in the audit log, beside who took the step. */
export function stepHash(step: ChainedStep, before: string): string {
  return chainedHash(before, entryOf(step));
}

/** Whether nothing was changed, taken out or put in. @param head as the clue itself knows the last one */
export function isUnbroken(steps: readonly (ChainedStep & { hash: string })[], head: string): boolean {
  return isUnbrokenChain(steps, entryOf, head);
}

/** In an order that is never changed: hashes that stand would not be met any more. */
function entryOf(step: ChainedStep): readonly unknown[] {
  const { clueId, seq, atMs, takerId, takerAccount, forId = null, forAccount = null, stateAfter, content } = step;
  const entry = [clueId, seq, atMs, takerId, takerAccount, stateAfter, content];
  return forId === null ? entry : [...entry, forId, forAccount];
}
