import { sha256Hex, type EpochMs } from '@tianyan/kernel';
import type { ClueState } from './api/index.js';
import type { Step } from './machine/facts.js';

/** What the hash of a step holds beside the hash of the one before. */
export interface ChainedStep {
  clueId: string;
  seq: number;
  atMs: EpochMs;
  takerId: string | null;
  takerAccount: string | null;
  content: Step;
  stateAfter: ClueState;
}

/** In place of the hash of a step before the first. */
export const CHAIN_START = '';

/**
 * Holds all that was before: a step that is changed, taken out or put in makes every later hash another one. Whoever can write to
 * the table could reckon all of them anew; so the hash of each step also stands in the audit log, beside who took it.
 */
export function stepHash(step: ChainedStep, before: string): string {
  const { clueId, seq, atMs, takerId, takerAccount, content, stateAfter } = step;
  return sha256Hex(JSON.stringify([before, clueId, seq, atMs, takerId, takerAccount, stateAfter, inOneOrder(content)]));
}

/** Whether nothing was changed, taken out or put in. @param head as the clue itself knows the last one */
export function isUnbroken(steps: readonly (ChainedStep & { hash: string })[], head: string): boolean {
  let before = CHAIN_START;
  for (const [index, step] of steps.entries()) {
    if (step.seq !== index + 1 || step.hash !== stepHash(step, before)) return false;
    before = step.hash;
  }
  return before === head;
}

/** The database keeps the fields of an object in an order of its own. */
function inOneOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOneOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, one]) => [name, inOneOrder(one)]);
}
