import { exportedAtMs } from '../world/ledger.js';
import { startOfDayMs, type DayNumber } from '../world/work-time.js';
import type { LedgerContext, LedgerTeller } from './ledger-context.js';
import type { RuleId } from './story.js';

/** What a case has written down: the scope that the rule judges, from when the rule holds, and when all of it is typed in. */
export interface Written {
  scope: string;
  fromMs: number;
  /** Last day on which something about it happens. */
  day: DayNumber;
  /** The same records are a problem of another rule too. */
  also?: { rule: RuleId; scope: string; fromMs: number };
}

/** Writes the records of one case; null when there is no place left for it. */
export type Case = (ctx: LedgerContext) => Written | null;

/** Cases with what is said of them. */
export type Cases = readonly (readonly [text: string, write: Case])[];

/** A teller of problems that need no more than some records of the ledger or the market: one of its cases each time. */
export function ledgerTeller(rule: RuleId, problems: Cases, lookalikes: Cases): LedgerTeller {
  return {
    rule,
    problem(ctx) {
      const [story, write] = ctx.dice.pick(problems);
      const written = write(ctx);
      if (!written) return;
      const { scope, fromMs, day, also } = written;
      ctx.truth.addProblem({ rule, scope: () => scope, fromMs, toMs: null, story }, [], exportedAtMs(day));
      if (also) addOther(ctx, rule, story, also, day);
    },
    lookalike(ctx) {
      const [why, write] = ctx.dice.pick(lookalikes);
      const written = write(ctx);
      if (!written) return;
      ctx.truth.addLookalike({ rule, scope: () => written.scope, why }, [], exportedAtMs(written.day));
      if (written.also) addOther(ctx, rule, why, written.also, written.day);
    },
  };
}

function addOther(ctx: LedgerContext, rule: RuleId, story: string, also: NonNullable<Written['also']>, day: DayNumber): void {
  const draft = { ...also, scope: () => also.scope, toMs: null, story: `另见 ${rule}：${story}` };
  ctx.truth.addProblem(draft, [], exportedAtMs(day));
}

/** From the beginning of the day on which it happened. */
export function since(scope: string, day: DayNumber, lastDay = day): Written {
  return { scope, fromMs: startOfDayMs(day), day: lastDay };
}

/** From the first millisecond after the day's end. */
export function afterDay(scope: string, lastAllowedDay: DayNumber, day: DayNumber): Written {
  return { scope, fromMs: startOfDayMs(lastAllowedDay + 1) + 1, day };
}
