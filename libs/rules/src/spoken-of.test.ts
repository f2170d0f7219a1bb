import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { builtInHolidays, WorkingCalendar } from '@tianyan/calendar';
import { builtInCatalogue } from '@tianyan/contracts';
import { ExampleTables } from './examples/example-tables.js';
import { compileRules, ruleSchema, type Evaluation, type ExampleRecord, type RuleDefinition } from './index.js';
import { guideRules } from './testing/guide-rules.js';

/** Whom a finding names is asked of the records that make it, and not of those that are let off. */
const calendar = new WorkingCalendar(builtInHolidays());
const NOW_MS = Date.parse('2026-03-20T09:00:00+08:00');
const byList = guideRules().find(({ id }) => id === 'many-units-less-permitted');
if (!byList) throw new Error('the guide has no such rule');
/** Sent on to three units or more, or sent back twice; the pilot unit is let off by a list in the one and by its number in the others. */
const { permitted: _permitted, ...inputs } = byList.inputs;
const draft = {
  ...byList,
  inputs: { ...inputs, returned: { type: 'hotline.order-event', where: { action: 'returned' } } },
  any: [
    { of: 'assigned', measure: 'distinct', field: 'unitId', atLeast: 3 },
    { of: 'returned', measure: 'records', atLeast: 2 },
  ],
  subjects: { unitId: 'assigned.unitId', returnedBy: 'returned.unitId' },
  roles: {},
};
const byField = ruleSchema.parse({ ...draft, exceptions: [{ reason: '试点单位', where: { unitId: 'U3' } }] });
const bySource = ruleSchema.parse({ ...draft, exceptions: [], sources: ['county'] });

const step = (id: string, unitId: string, action = 'reassigned', source = 'county'): ExampleRecord => ({
  type: 'hotline.order-event',
  id,
  at: `2026-03-0${id.slice(1)}T09:00:00+08:00`,
  version: 0,
  orderId: 'A1',
  unitId,
  action,
  source,
});
const three = [step('e1', 'U1', 'dispatched'), step('e2', 'U2'), step('e3', 'U4')];
const pilot: ExampleRecord = {
  type: 'directory.list-entry',
  id: 'n1',
  at: '2026-01-01T00:00:00+08:00',
  version: 0,
  list: 'pilot-units',
  entry: 'U3',
};

let fixture: ExampleTables;
beforeAll(async () => {
  fixture = await ExampleTables.open();
});
afterAll(() => fixture.close());

/** By both interpreters. */
async function answers(rule: RuleDefinition, records: readonly ExampleRecord[]): Promise<Evaluation[][]> {
  const [group] = compileRules([rule], builtInCatalogue);
  if (!group?.inProcess(calendar)) throw new Error('not compiled');
  await fixture.clear(group.recordTypes);
  await fixture.writeExamples(records);
  return [await fixture.evaluate(group, NOW_MS, 'all'), await fixture.evaluate(group, NOW_MS, ['A1'])];
}

test.each<[string, RuleDefinition, ExampleRecord[], Record<string, string>]>([
  ['let off by a list', byList, [pilot, ...three, step('e4', 'U3')], { unitId: 'U4' }],
  ['not in the list', byList, [...three, step('e4', 'U3')], { unitId: 'U3' }],
  ['let off by a field', byField, [...three, step('e4', 'U3')], { unitId: 'U4' }],
  ['of another source', bySource, [...three, step('e4', 'U3', 'reassigned', 'elsewhere')], { unitId: 'U4' }],
  [
    'let off, and nothing else is there of its input',
    byField,
    [...three, step('e4', 'U3', 'returned')],
    { unitId: 'U4', returnedBy: 'U3' },
  ],
  [
    'let off, and others of its input have not made the problem',
    byField,
    [...three, step('e4', 'U5', 'returned'), step('e5', 'U3', 'returned')],
    { unitId: 'U4', returnedBy: 'U5' },
  ],
])('whose last record is %s: the finding names who counts', async (_name, rule, records, subjects) => {
  const expected = [expect.objectContaining({ scope: 'A1', hit: true, subjects: { orderId: 'A1', ...subjects } })];
  const [swept, judged] = await answers(rule, records);
  expect(swept).toEqual(expected);
  expect(judged).toEqual(swept);
  expect(swept?.[0]?.figures).toMatchObject({ lastUnit: subjects['unitId'] });
});
