import { expect } from '@jest/globals';
import { startedTrialSchema } from '../api/index.js';
import { ADMINISTRATOR, type ConsoleFixture } from '../testing/console-fixture.js';
import { endedTrial } from '../testing/ended-trial.js';

/**
 * The id of a trial of a rule that hits every planted order: of other values, because a trial of a text also starts a process for its examples, which are not
 * what this is about and are given up on a busy machine.
 */
export async function triedRule(fixture: ConsoleFixture): Promise<string> {
  const client = await fixture.signedIn(ADMINISTRATOR);
  const settings = [{ parameter: 'minReturns', value: 1, document: '响水县〔2026〕1号', demands: '一次退回即看' }];
  const started = await client.post('/api/rules/order-ping-pong/parameters/trials', { settings });
  expect([started.status, started.body]).toEqual([202, { id: expect.any(String) }]);
  const { id } = startedTrialSchema.parse(started.body);
  const trial = await endedTrial(client, id);
  expect(trial).toMatchObject({ state: 'done', failure: null });
  expect(trial.result?.samples.length).toBeGreaterThan(5);
  return id;
}
