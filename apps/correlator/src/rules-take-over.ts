import type { Logger } from 'pino';
import type { CurrentRules } from './current-rules.js';
import type { RuleActivation } from './rule-activation.js';

/**
 * Brings this process to the newest set of rules. Until it has, it can store no answer (`RunningRules`); so it does not matter
 * which of several correlators hears of a change first.
 */
export class RulesTakeOver {
  private running: Promise<void> = Promise.resolve();
  /** The set was taken over, and PostgreSQL went away before it was known which of its rules have been judged. */
  private unfinished = false;

  constructor(
    private readonly parts: {
      rules: CurrentRules;
      activation: Pick<RuleActivation, 'resume'>;
      logger: Logger;
    },
  ) {}

  /** Live work and time ask side by side: one at a time. Throws as `CurrentRules.refresh`; the next call goes on. */
  async now(): Promise<void> {
    const before = this.running;
    const mine = before.catch(() => undefined).then(() => this.takeOver());
    this.running = mine;
    return mine;
  }

  private async takeOver(): Promise<void> {
    const { rules, activation, logger } = this.parts;
    if (!(await rules.refresh()) && !this.unfinished) return;
    this.unfinished = true;
    await activation.resume();
    this.unfinished = false;
    logger.info({ epoch: rules.epoch(), rules: rules.ruleIds() }, 'another set of rules was taken over');
  }
}
