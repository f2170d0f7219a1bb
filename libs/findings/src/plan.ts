import type { Evaluation, Severity } from '@tianyan/rules';
import { digestOf, NO_HIT_DIGEST } from './digest.js';
import type { FindingEvent, FindingStatus } from './model.js';
import type { FindingRule } from './ports.js';

/** What is stored of one rule in one scope before a commit. */
export interface StoredScope {
  /** Null: nothing was kept. */
  guard: { ticket: number; hit: boolean; dueAtMs: number | null; digest: string } | null;
  finding: {
    id: string;
    status: FindingStatus;
    holds: boolean;
    severity: Severity;
    townshipCode: string | null;
    unitId: string | null;
    problemClass: string;
    /** Of the rule that it was last found by. */
    ruleVersion: number;
    /** What the county had set for its parameters. */
    ruleOverlay: string | null;
  } | null;
}

/** What a commit does to one rule in one scope. */
export interface ScopePlan {
  /** A newer evaluation has been here: nothing is written. It saw all that this one saw. */
  superseded: boolean;
  /** The guard row afterwards: what it says, a marker, none, or what it said under our ticket. */
  guard: 'write' | 'mark' | 'delete' | 'keep' | 'hold';
  /** What happens to the finding, if anything. */
  event: FindingEvent | null;
  statusAfter: FindingStatus | null;
}

const NOTHING = { event: null, statusAfter: null } as const;

/**
 * Decides what one answer changes. Pure, so that the rules of a finding's life can be read and tested in one place.
 * @param evaluation null: the rule says nothing of this scope, neither hit nor wake-up.
 * @param olderUnderWay an evaluation with a lower ticket has not committed yet: then every scope keeps our ticket, also
 *   an unchanged or empty one, or that one would write its older answer over ours.
 */
export function planScope(input: {
  rule: FindingRule;
  evaluation: Evaluation | null;
  stored: StoredScope;
  ticket: number;
  olderUnderWay: boolean;
}): ScopePlan {
  const { guard, finding } = input.stored;
  if (guard && guard.ticket > input.ticket) return { superseded: true, guard: 'keep', ...NOTHING };
  const hit = input.evaluation?.hit ?? false;
  const dueAtMs = input.evaluation?.dueAtMs ?? null;
  const digest = input.evaluation ? digestOf(input.evaluation, input.rule.version) : NO_HIT_DIGEST;
  const same = guard !== null && guard.hit === hit && guard.dueAtMs === dueAtMs && guard.digest === digest;
  const change = planFinding({ hit, changed: guard?.digest !== digest, finding });
  if (hit || dueAtMs !== null) return { superseded: false, guard: same && !input.olderUnderWay ? 'keep' : 'write', ...change };
  if (input.olderUnderWay) return { superseded: false, guard: 'mark', ...change };
  return { superseded: false, guard: guard ? 'delete' : 'keep', ...change };
}

/**
 * For a scope that waits for a load: nothing changes until that has landed. If an older evaluation is under way, it must
 * not change anything either, as it has not seen what we saw.
 */
export function heldPlan(olderUnderWay: boolean): ScopePlan {
  return { superseded: false, guard: olderUnderWay ? 'hold' : 'keep', ...NOTHING };
}

function planFinding(input: {
  hit: boolean;
  changed: boolean;
  finding: StoredScope['finding'];
}): Pick<ScopePlan, 'event' | 'statusAfter'> {
  const { hit, changed, finding } = input;
  if (!finding) return hit ? { event: 'opened', statusAfter: 'open' } : NOTHING;
  const decided = finding.status === 'dismissed' || finding.status === 'promoted';
  if (hit && finding.holds) return changed ? { event: 'changed', statusAfter: finding.status } : NOTHING;
  if (!hit && !finding.holds) return NOTHING;
  if (decided) return { event: hit ? 'regained-support' : 'lost-support', statusAfter: finding.status };
  return hit ? { event: 'reopened', statusAfter: 'open' } : { event: 'withdrawn', statusAfter: 'withdrawn' };
}
