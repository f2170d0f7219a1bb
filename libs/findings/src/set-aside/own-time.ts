import { HOUR_MS, MINUTE_MS, type Clock } from '@tianyan/kernel';

/**
 * What one rule may take of a process in an hour, in live work. All rules of a process share one thread: this is a sixth of it, and some
 * hundred times what a rule takes that looks at a million scopes. A query has limits of its own; what burns time here has none else.
 */
const MAX_OWN_MS_PER_HOUR = 10 * MINUTE_MS;

/** Adds up what rules take of this process, hour by hour. In memory: a process that has just started is not slow yet. */
export class OwnTime {
  private hour = 0;
  private readonly spentMs = new Map<string, number>();

  constructor(
    /** The machine's. */
    private readonly clock: Clock,
    private readonly maxMsPerHour = MAX_OWN_MS_PER_HOUR,
  ) {}

  /** Whether that is more than a rule may take; then it begins anew, for whoever lets the rule run again. */
  isSpent(ruleId: string, ms: number): boolean {
    const hour = Math.floor(this.clock.nowMs() / HOUR_MS);
    if (hour !== this.hour) this.spentMs.clear();
    this.hour = hour;
    const spentMs = (this.spentMs.get(ruleId) ?? 0) + ms;
    this.spentMs.set(ruleId, spentMs);
    if (spentMs <= this.maxMsPerHour) return false;
    this.spentMs.delete(ruleId);
    return true;
  }
}
