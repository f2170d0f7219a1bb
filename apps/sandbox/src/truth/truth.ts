import type { EpochMs } from '@tianyan/kernel';
import type { LookalikeDraft, ProblemDraft, RuleId, Story } from '../stories/story.js';

/** A planted problem: the rule holds for the scope in [fromMs, toMs), by what the data say after all corrections. */
export interface Problem {
  rule: RuleId;
  scope: string;
  fromMs: EpochMs;
  toMs: EpochMs | null;
  /** When the last record that it rests on has been published; a platform cannot know it earlier. */
  settledAtMs: EpochMs;
  /** When the last record that ends it has been published. */
  endSettledAtMs?: EpochMs | undefined;
  story: string;
}
/** That a rule holds for a scope in [fromMs, toMs), read from the records whatever a story meant. */
export type Sign = Pick<Problem, 'rule' | 'scope' | 'fromMs' | 'toMs'>;
/** Looks like a problem of the rule and is none, at any time. */
export interface Lookalike {
  rule: RuleId;
  scope: string;
  why: string;
  /** When everything about it has been published; before, a platform may rightly doubt it for a while. */
  settledAtMs: EpochMs;
}

/** Everything that is known to be wrong, or to look so, in the sandbox's data. */
export class TruthList {
  private readonly problems: Problem[] = [];
  private readonly lookalikes: Lookalike[] = [];
  private readonly unfinished = new Map<
    Story,
    { orderIds: string[]; settledAtMs: EpochMs[]; allSettledAtMs: EpochMs; listed: Set<ProblemDraft> }
  >();

  /**
   * A story's order got its number. A problem joins the list once every order that it rests on has one; a look-alike
   * when the whole story is told. `publishedMs(t)` says when everything that happened to the order up to t has been published.
   */
  orderNumbered(story: Story, index: number, orderId: string, publishedMs: (throughMs: EpochMs) => EpochMs): void {
    const known = this.unfinished.get(story) ?? { orderIds: [], settledAtMs: [], allSettledAtMs: 0, listed: new Set() };
    this.unfinished.set(story, known);
    known.orderIds[index] = orderId;
    story.problems.forEach((problem, i) => {
      known.settledAtMs[i] = Math.max(known.settledAtMs[i] ?? 0, publishedMs(problem.fromMs));
      const complete = story.orders.every((order, o) => order.acceptedAtMs > problem.fromMs || known.orderIds[o] !== undefined);
      if (!complete || known.listed.has(problem)) return;
      known.listed.add(problem);
      this.addProblem(problem, known.orderIds, known.settledAtMs[i] ?? problem.fromMs);
    });
    known.allSettledAtMs = Math.max(known.allSettledAtMs, publishedMs(Number.POSITIVE_INFINITY));
    if (known.orderIds.filter(Boolean).length < story.orders.length) return;
    for (const draft of story.lookalikes) this.addLookalike(draft, known.orderIds, known.allSettledAtMs);
    this.unfinished.delete(story);
  }

  addProblem(draft: ProblemDraft, orderIds: readonly string[], settledAtMs: EpochMs): void {
    const { rule, fromMs, toMs, story, endSettledAtMs } = draft;
    const scope = draft.scope(orderIds);
    this.problems.push({ rule, scope, fromMs, toMs, settledAtMs: Math.max(settledAtMs, fromMs), endSettledAtMs, story });
  }

  /** A problem read from the records themselves; `knownMs` is when the last record that it rests on has been published. */
  addSign({ rule, scope, fromMs, toMs }: Sign, knownMs: EpochMs): void {
    this.problems.push({ rule, scope, fromMs, toMs, settledAtMs: Math.max(knownMs, fromMs), story: '从记录本身看出' });
  }

  addLookalike(draft: LookalikeDraft, orderIds: readonly string[], settledAtMs: EpochMs): void {
    this.lookalikes.push({ rule: draft.rule, scope: draft.scope(orderIds), why: draft.why, settledAtMs });
  }

  /** All problems, or only those that hold at the instant; one whose end nobody can know yet is listed as not settled. */
  list(atMs: EpochMs | null): { problems: Problem[]; lookalikes: Lookalike[] } {
    if (atMs === null) return { problems: this.problems, lookalikes: this.lookalikes };
    const problems = this.problems.flatMap((p) => {
      if (p.fromMs > atMs) return [];
      if (p.toMs === null || atMs < p.toMs) return [p];
      return atMs < (p.endSettledAtMs ?? 0) ? [{ ...p, settledAtMs: p.endSettledAtMs ?? 0 }] : [];
    });
    return { problems, lookalikes: this.lookalikes };
  }
}
