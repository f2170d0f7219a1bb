import { expect } from '@jest/globals';
import { ruleTexts } from '@tianyan/rules';
import { startedTrialSchema } from '../api/index.js';
import { ADMINISTRATOR, type ConsoleFixture } from '../testing/console-fixture.js';
import { endedTrial } from '../testing/ended-trial.js';

/** The id of a trial of a rule that hits every planted order. */
export async function triedRule(fixture: ConsoleFixture): Promise<string> {
  const text = ruleTexts(null).find(({ rule }) => rule.id === 'order-ping-pong')?.yaml ?? '';
  // More than the shipped examples need: they are not what this is about.
  const yaml = text.replace(/minReturns: (.*) value: 3/, 'minReturns: $1 value: 1');
  const client = await fixture.signedIn(ADMINISTRATOR);
  const { id } = startedTrialSchema.parse((await client.post('/api/rules/trials', { yaml })).body);
  const trial = await endedTrial(client, id);
  expect(trial).toMatchObject({ state: 'done', failure: null });
  expect(trial.result?.samples.length).toBeGreaterThan(5);
  return id;
}
