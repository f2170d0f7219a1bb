import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { RuleRuns, RuleSets, type RunKind } from '@tianyan/findings';
import { shippedText } from '@tianyan/rules/testing';
import { ruleRunsSchema } from '../api/index.js';
import { ANALYST, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';

const RULE = 'order-ping-pong';

let fixture: ConsoleFixture;
beforeAll(async () => {
  fixture = await startConsole();
  await new RuleSets(fixture.pool, fixture.machineClock).takeFiles([shippedText(RULE)]);
});
afterAll(() => fixture.stop());

test('records read are a number where the process read them; where queries judged, what these have read', async () => {
  const log = new RuleRuns(fixture.pool, fixture.machineClock);
  const add = (kind: RunKind, records: number, scopes = 2, readRows = 0) =>
    log.add(RULE, kind, { runs: 1, scopes, records, readRows });
  add('live', 6);
  // What the process reads of a few scopes that it stores is not what the sweep has read.
  add('sweep', 6, 2, 70_000);
  add('publish', 0);
  add('fill', 0);
  add('trial', 0, 2, 900);
  add('trial', 0, 2, 100);
  // A whole load is judged by a sweep where it is large.
  add('load', 0);
  add('shadow', 0, 0);
  await log.flush();
  add('sweep', 0, 2, 70_000);
  await log.flush();
  const analyst = await fixture.signedIn(ANALYST);
  const { items } = ruleRunsSchema.parse((await analyst.get(`/api/rules/${RULE}/runs`)).body);
  expect(Object.fromEntries(items.map(({ kind, counts }) => [kind, counts?.records]))).toEqual({
    live: 6,
    sweep: null,
    publish: null,
    fill: null,
    trial: null,
    load: null,
    shadow: 0,
  });
  const read = Object.fromEntries(items.map(({ kind, counts }) => [kind, counts?.readRows]));
  expect(read).toMatchObject({ live: null, sweep: 140_000, publish: null, trial: 1_000, shadow: null });
});
