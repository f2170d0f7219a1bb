import { clockLimits, clockWords, EvaluationClock } from '@tianyan/findings';
import type { Clock } from '@tianyan/kernel';
import type { Pool } from '@tianyan/postgres';
import type { ReadinessCheck, TianyanConfig } from '@tianyan/runtime';

/** Not ready while nothing is evaluated because of the clock. */
export function clockReadiness(input: { postgres: Pool; countyClock: Clock; config: TianyanConfig }): ReadinessCheck {
  const clock = new EvaluationClock(input.postgres, clockLimits(input.config));
  return {
    name: 'clock',
    async check() {
      const words = clockWords(await clock.state(input.countyClock.nowMs()));
      if (words !== null) throw new Error(words);
    },
  };
}
