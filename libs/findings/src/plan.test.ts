import { describe, expect, test } from '@jest/globals';
import type { Evaluation } from '@tianyan/rules';
import fc from 'fast-check';
import { digestOf, NO_HIT_DIGEST } from './digest.js';
import { FINDING_STATUSES, type FindingStatus } from './model.js';
import { heldPlan, planScope, type StoredScope } from './plan.js';
import type { FindingRule } from './ports.js';

const rule: FindingRule = {
  id: 'order-overdue',
  version: 3,
  title: '超期',
  problemClass: '不作为',
  severity: 'medium',
  fingerprint: 'f',
  member: null,
};

function answer(part: Partial<Evaluation> = {}): Evaluation {
  return {
    ruleId: rule.id,
    scope: 'GD-1',
    hit: true,
    occurredAtMs: 1_000,
    dueAtMs: null,
    evidence: [{ type: 'hotline.order', id: 'GD-1', version: 1, streamOffset: 7, hash: 'a', atMs: 1_000, role: 'order' }],
    figures: { days: 3 },
    subjects: { orderId: 'GD-1' },
    ...part,
  };
}

function finding(status: FindingStatus, holds: boolean): NonNullable<StoredScope['finding']> {
  return {
    id: 'F1',
    status,
    holds,
    severity: 'medium',
    townshipCode: null,
    unitId: null,
    problemClass: rule.problemClass,
    ruleVersion: rule.version,
    ruleOverlay: null,
  };
}

/** What a commit under `ticket` keeps of an answer. */
function guardOf(evaluation: Evaluation, ticket: number): StoredScope['guard'] {
  return { ticket, hit: evaluation.hit, dueAtMs: evaluation.dueAtMs, digest: digestOf(evaluation, rule.version) };
}

function plan(input: { evaluation: Evaluation | null; stored: StoredScope; ticket?: number; olderUnderWay?: boolean }) {
  return planScope({ rule, ticket: 10, olderUnderWay: false, ...input });
}

describe('the life of a finding', () => {
  const hit = answer();
  const noHit = null;
  const other = answer({ figures: { days: 4 } });

  test.each([
    ['opens where there was none', hit, null, 'opened', 'open'],
    ['is nothing where there was none and none is', noHit, null, null, null],
    ['changes with its figures', other, finding('open', true), 'changed', 'open'],
    ['is withdrawn by the data', noHit, finding('open', true), 'withdrawn', 'withdrawn'],
    ['is open again by the data', hit, finding('withdrawn', false), 'reopened', 'open'],
    ['stays withdrawn', noHit, finding('withdrawn', false), null, null],
    ['stays dismissed when the data go', noHit, finding('dismissed', true), 'lost-support', 'dismissed'],
    ['stays dismissed when they come back', hit, finding('dismissed', false), 'regained-support', 'dismissed'],
    ['stays a clue when the data go', noHit, finding('promoted', true), 'lost-support', 'promoted'],
    ['stays a clue when its figures change', other, finding('promoted', true), 'changed', 'promoted'],
    ['stays dismissed without the data', noHit, finding('dismissed', false), null, null],
  ])('it %s', (_what, evaluation, stored, event, statusAfter) => {
    const guard = stored?.holds ? guardOf(hit, 5) : null;
    expect(plan({ evaluation, stored: { guard, finding: stored } })).toMatchObject({ superseded: false, event, statusAfter });
  });

  test('the same answer again changes nothing and writes nothing', () => {
    const stored = { guard: guardOf(hit, 5), finding: finding('open', true) };
    expect(plan({ evaluation: hit, stored })).toEqual({ superseded: false, guard: 'keep', event: null, statusAfter: null });
    const sentAgain = answer({ evidence: hit.evidence.map((ref) => ({ ...ref, streamOffset: 900 })) });
    expect(plan({ evaluation: sentAgain, stored }).event).toBeNull();
  });

  test('the same answer by another version of the rule is another: its text is', () => {
    const stored = { guard: guardOf(hit, 5), finding: finding('open', true) };
    expect(planScope({ rule: { ...rule, version: 4 }, ticket: 10, olderUnderWay: false, evaluation: hit, stored }).event).toBe(
      'changed',
    );
  });

  test('another deadline alone is kept, and is no news', () => {
    const stored = { guard: guardOf(answer({ dueAtMs: 5_000 }), 5), finding: finding('open', true) };
    expect(plan({ evaluation: answer({ dueAtMs: 6_000 }), stored })).toMatchObject({ guard: 'write', event: null });
  });
});

describe('what is kept of a scope', () => {
  const waiting = answer({ hit: false, occurredAtMs: null, dueAtMs: 9_000, evidence: [] });

  test('a deadline without a hit is kept, so that it is not missed', () => {
    expect(plan({ evaluation: waiting, stored: { guard: null, finding: null } })).toMatchObject({ guard: 'write', event: null });
    expect(guardOf(waiting, 1)?.digest).toBe(NO_HIT_DIGEST);
  });

  test('nothing is kept of a scope without hit and deadline', () => {
    const stored = { guard: guardOf(waiting, 5), finding: null };
    expect(plan({ evaluation: null, stored }).guard).toBe('delete');
    expect(plan({ evaluation: null, stored: { guard: null, finding: null } }).guard).toBe('keep');
  });

  test('a newer answer is not written over', () => {
    const stored = { guard: guardOf(answer(), 11), finding: finding('open', true) };
    expect(plan({ evaluation: null, stored })).toEqual({ superseded: true, guard: 'keep', event: null, statusAfter: null });
    expect(plan({ evaluation: null, stored: { ...stored, guard: guardOf(answer(), 10) } }).superseded).toBe(false);
  });

  test('while an older evaluation is under way, our ticket stays in every scope: it would write its older answer over ours', () => {
    const same = { guard: guardOf(answer(), 5), finding: finding('open', true) };
    expect(plan({ evaluation: answer(), stored: same, olderUnderWay: true }).guard).toBe('write');
    expect(plan({ evaluation: null, stored: { guard: null, finding: null }, olderUnderWay: true }).guard).toBe('mark');
    expect(plan({ evaluation: null, stored: same, olderUnderWay: true })).toMatchObject({ guard: 'mark', event: 'withdrawn' });
    expect([heldPlan(true).guard, heldPlan(false).guard]).toEqual(['hold', 'keep']);
  });
});

test('whatever the answers and whatever a person decided, the data say whether a finding holds and only a person ends a decision', () => {
  const answers = fc.array(fc.constantFrom(null, answer(), answer({ figures: { days: 9 } }), answer({ dueAtMs: 7 })), {
    maxLength: 12,
  });
  const decisions = fc.array(
    fc.option(fc.constantFrom(...FINDING_STATUSES.filter((s) => s === 'dismissed' || s === 'promoted'))),
  );
  fc.assert(
    fc.property(answers, decisions, (given, decided) => {
      let stored: StoredScope = { guard: null, finding: null };
      given.forEach((evaluation, i) => {
        const ticket = i + 1;
        const before = stored.finding;
        const { superseded, guard, event, statusAfter } = plan({ evaluation, stored, ticket });
        expect(superseded).toBe(false);
        const holds = evaluation?.hit ?? false;
        const after = event === null ? before : finding(statusAfter ?? 'open', holds);
        expect(after?.holds ?? false).toBe(holds);
        if (before?.status === 'dismissed' || before?.status === 'promoted') expect(after?.status).toBe(before.status);
        else if (after) expect(after.status).toBe(holds ? 'open' : 'withdrawn');
        if (guard === 'write' && evaluation) stored = { guard: guardOf(evaluation, ticket), finding: after };
        else stored = { guard: guard === 'delete' ? null : stored.guard, finding: after };
        const decision = decided[i];
        if (decision && stored.finding) stored = { ...stored, finding: { ...stored.finding, status: decision } };
      });
    }),
  );
});
