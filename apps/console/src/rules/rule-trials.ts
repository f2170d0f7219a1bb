import { Reach, type Actor, type AuditLog } from '@tianyan/access';
import type { Catalogue } from '@tianyan/contracts';
import type { TrialPeriod, Trials } from '@tianyan/findings';
import { DAY_MS, RefusedError, startOfChinaDayMs, type Clock } from '@tianyan/kernel';
import type { RuleTrial, TryRuleRequest } from '../api/index.js';
import { checkedRule } from './checked-rule.js';
import { assertReachesClass } from './class-reach.js';
import type { RuleBook } from './rule-book.js';
import type { ShownSamples } from './shown-samples.js';

/** Rules tried before they are published, by whoever may write them; each person sees their own trials. */
export class RuleTrials {
  constructor(
    private readonly parts: {
      trials: Trials;
      rules: Pick<RuleBook, 'find'>;
      catalogue: Catalogue;
      shown: ShownSamples;
      audit: AuditLog;
      countyClock: Clock;
    },
  ) {}

  async start(actor: Actor, { yaml, from, to, asKnown = false, limitedTo, known = [] }: TryRuleRequest): Promise<{ id: string }> {
    const { trials, rules, catalogue, audit, countyClock } = this.parts;
    const rule = checkedRule(yaml, catalogue);
    assertReachesClass(actor, rule);
    // It is compared with what stands: where that is of another class, all that is found would seem new, also to whoever reviews it.
    const standing = await rules.find(rule.id);
    if (standing) assertReachesClass(actor, standing);
    const period = periodOf(from, to);
    if (asKnown && to === undefined) throw new RefusedError('invalid', '按当时已收到的记录来试，请先选结束日期');
    const knownAtMs = asKnown && to !== undefined ? Math.min(startOfChinaDayMs(to) + DAY_MS - 1, countyClock.nowMs()) : null;
    await audit.record(actor, { action: 'try-rule', object: `rule/${rule.id}@${rule.version}` });
    const request = { rule, yaml, limitedTo, reach: Reach.of(actor), period, knownAtMs, known: [...new Set(known)] };
    return { id: await trials.start(actor.user.id, request) };
  }

  async get(actor: Actor, id: string): Promise<RuleTrial> {
    const { trials, shown } = this.parts;
    const trial = await trials.find(Reach.of(actor), id);
    if (!trial) throw new RefusedError('not-found', '没有这次试一试，或者结果已过期，请再试一次');
    return shown.trial(trial);
  }

  async cancel(actor: Actor, id: string): Promise<void> {
    await this.parts.trials.cancel(id, actor.user.id);
  }
}

/** Before and after which nothing is left out where one end is missing. */
const [FIRST_MS, LAST_MS] = [0, Date.UTC(2200, 0, 1)];

/** Both days belong to it. */
function periodOf(from: string | undefined, to: string | undefined): TrialPeriod | null {
  if (from === undefined && to === undefined) return null;
  const fromMs = from === undefined ? FIRST_MS : startOfChinaDayMs(from);
  const beforeMs = to === undefined ? LAST_MS : startOfChinaDayMs(to) + DAY_MS;
  if (fromMs >= beforeMs) throw new RefusedError('invalid', '开始日期在结束日期之后，请改过再试');
  return { fromMs: Math.max(0, fromMs), beforeMs };
}
