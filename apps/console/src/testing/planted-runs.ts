import { RuleRuns } from '@tianyan/findings';
import type { ConsoleFixture } from './console-fixture.js';

/** An entry in the log of a rule, with a count of the whole county by which it is known again. */
export async function plantRun({ pool, machineClock }: ConsoleFixture, ruleId: string, scopes: number): Promise<void> {
  const runs = new RuleRuns(pool, machineClock);
  runs.add(ruleId, 'live', { runs: 1, scopes });
  await runs.flush();
}
