import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { checkedRuleSchema, MAX_TOLD_PROBLEMS, ruleFormSchema } from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ANALYST, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';

let fixture: ConsoleFixture;
let analyst: ApiClient;
beforeAll(async () => {
  fixture = await startConsole();
  analyst = await fixture.signedIn(ANALYST);
});
afterAll(() => fixture.stop());

test('the form names every kind, and its templates are rules', async () => {
  const { status, body } = await analyst.get('/api/rule-form');
  expect(status).toBe(200);
  const form = ruleFormSchema.parse(body);
  expect(form.kinds.length).toBeGreaterThan(5);
  for (const { yaml } of form.templates) {
    const checked = checkedRuleSchema.parse((await analyst.post('/api/rules/check', { yaml })).body);
    expect(checked.problems).toEqual([]);
    expect(checked.meaning?.judged).toMatch(/\p{Script=Han}/u);
  }
});

test('a text that is no rule is told what it lacks; one that is too long is refused', async () => {
  const lines = Array.from({ length: 3 * MAX_TOLD_PROBLEMS }, (_none, n) => `unknown${n}: 1`)
    .join('\n')
    .concat('\nkind: match');
  const { problems } = checkedRuleSchema.parse((await analyst.post('/api/rules/check', { yaml: lines })).body);
  expect(problems).toHaveLength(MAX_TOLD_PROBLEMS);
  expect((await analyst.post('/api/rules/check', { yaml: 'x'.repeat(300_000) })).status).toBe(400);
});
