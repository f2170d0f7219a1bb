import type { RunningRules } from '@tianyan/findings';
import type { Logger } from 'pino';
import type { RuleActivation } from './rule-activation.js';
import type { SwitchedGroups } from './switched-groups.js';

/**
 * Brings this process to the rules that people let run by now. Until it has, it can store no answer (`RunningRules`); so it
 * does not matter which of several correlators hears of a change first.
 */
export class SwitchTakeOver {
  private running: Promise<void> = Promise.resolve();
  /** The rules were read but not adopted: PostgreSQL went away in between, or they were switched again. */
  private unfinished = false;

  constructor(
    private readonly parts: {
      switched: SwitchedGroups;
      running: Pick<RunningRules, 'adopt'>;
      activation: Pick<RuleActivation, 'resume'>;
      logger: Logger;
    },
  ) {}

  /** Live work and time ask side by side: one at a time. Throws what `RunningRules.adopt` throws; the next call goes on. */
  async now(): Promise<void> {
    const before = this.running;
    const mine = before.catch(() => undefined).then(() => this.takeOver());
    this.running = mine;
    return mine;
  }

  private async takeOver(): Promise<void> {
    const { switched, running, activation, logger } = this.parts;
    if (!(await switched.refresh()) && !this.unfinished) return;
    this.unfinished = true;
    await running.adopt();
    await activation.resume();
    this.unfinished = false;
    logger.info({ version: switched.version(), rules: switched.ruleIds() }, 'rules were switched');
  }
}
