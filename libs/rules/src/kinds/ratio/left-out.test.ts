import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { compileRules } from '../../compile/index.js';
import { ExampleTables } from '../../examples/example-tables.js';
import type { ExampleRecord } from '../../language/example.js';
import { ruleSchema, type RuleDefinition } from '../../language/rule.js';
import { loadPack } from '../../pack.js';

/** What an exception or a limit to sources leaves out of a whole must not stay in its part: it would make the finding that it should prevent. */
let tables: ExampleTables;
beforeAll(async () => {
  tables = await ExampleTables.open();
});
afterAll(() => tables.close());

const pack = new Map(loadPack().map((rule) => [rule.id, rule]));
function shipped(id: string, parts: object): RuleDefinition {
  return ruleSchema.parse({ ...pack.get(id), ...parts });
}

/** What is found, by SQL and in the process, which have to say the same. */
async function found(rule: RuleDefinition, records: readonly ExampleRecord[], now: string) {
  const [group] = compileRules([rule], builtInCatalogue);
  if (!group) throw new Error('not compiled');
  await tables.clear(group.recordTypes);
  const batches = await tables.writeExamples(records);
  const swept = await tables.evaluate(group, Date.parse(now), 'all');
  expect(await tables.evaluate(group, Date.parse(now), await tables.touched(group, batches))).toEqual(swept);
  return swept.map(({ scope, hit, figures, evidence }) => ({ scope, hit, figures, evidence: evidence.map(({ id }) => id) }));
}

interface Step {
  action: string;
  unitId: string;
}

/** From what makes an order one of the whole to what makes it one of the part. */
const WAYS: readonly { id: string; steps: readonly Step[] }[] = [
  {
    id: 'unit-return-share',
    steps: [
      { action: 'dispatched', unitId: 'U1' },
      { action: 'returned', unitId: 'U1' },
    ],
  },
  {
    id: 'unit-rework-share',
    steps: [
      { action: 'completion-applied', unitId: 'U1' },
      { action: 'completion-rejected', unitId: 'U1' },
    ],
  },
  {
    id: 'unit-wrong-return-share',
    steps: [
      { action: 'returned', unitId: 'U1' },
      { action: 'return-refused', unitId: 'U1' },
    ],
  },
  {
    id: 'unit-wrong-dispatch-share',
    steps: [
      { action: 'dispatched', unitId: 'U1' },
      { action: 'returned', unitId: 'U1' },
      { action: 'reassigned', unitId: 'U2' },
    ],
  },
];

/** The steps of an order in as many hours of a day; what is left out is told by the first of them. */
function order(orderId: string, day: string, steps: readonly Step[], isLeftOut: boolean, named = orderId): ExampleRecord[] {
  return steps.map((step, i) => ({
    type: 'hotline.order-event',
    id: `${named}-${i}`,
    at: `${day}T1${i}:00:00+08:00`,
    version: 0,
    orderId,
    ...step,
    source: isLeftOut && i === 0 ? 'elsewhere' : 'county',
    stepNo: isLeftOut && i === 0 ? 9 : 1,
  }));
}

const FLOOD = ['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05'];
/** Twenty orders while the flood lasts, fifteen of which go all the way; six on the Friday. */
function week(steps: readonly Step[], wholeWayOnFriday: number): ExampleRecord[] {
  const upTo = (many: number, way: readonly Step[], i: number) => (i < many ? way : way.slice(0, 1));
  return [
    ...Array.from({ length: 20 }, (_none, i) => order(`A${i}`, FLOOD[i % 4] ?? '', upTo(15, steps, i), true)),
    ...Array.from({ length: 6 }, (_none, i) => order(`B${i}`, '2026-03-06', upTo(wholeWayOnFriday, steps, i), false)),
  ].flat();
}

const LEAVING_OUT: readonly [string, object][] = [
  [
    'by an exception of the scope and some days',
    { exceptions: [{ reason: '汛期', scope: ['U1|2026-03-02'], from: '2026-03-02', to: '2026-03-05' }] },
  ],
  ['by an exception of a field', { exceptions: [{ reason: '试点', where: { stepNo: 9 } }] }],
  ['by a limit to sources', { sources: ['county'] }],
];

describe.each(WAYS)('$id', ({ id, steps }) => {
  const NOW = '2026-03-30T00:00:00+08:00';

  test('counts all of a week of which nothing is left out', async () => {
    const [one] = await found(shipped(id, {}), week(steps, 0), NOW);
    expect(one).toMatchObject({ scope: 'U1|2026-03-02', hit: true, figures: { part: 15, whole: 26 } });
  });

  test.each(LEAVING_OUT)('%s nothing is found of what is left', async (_how, parts) => {
    expect(await found(shipped(id, parts), week(steps, 0), NOW)).toEqual([]);
  });

  test.each(LEAVING_OUT)('%s what is left is counted, and nothing else', async (_how, parts) => {
    const last = steps.length - 1;
    expect(await found(shipped(id, parts), week(steps, 5), NOW)).toEqual([
      expect.objectContaining({
        scope: 'U1|2026-03-02',
        hit: true,
        figures: expect.objectContaining({ part: 5, whole: 6 }),
        evidence: [0, 1, 2, 3, 4].map((i) => `B${i}-${last}`),
      }),
    ]);
  });
});

test('of an order that came again what followed the dispatch that is left out is not counted', async () => {
  const steps = [
    { action: 'dispatched', unitId: 'U1' },
    { action: 'returned', unitId: 'U1' },
  ];
  const again = [0, 1, 2].flatMap((i) => order(`A${i}`, '2026-03-06', steps.slice(0, 1), false, `again-${i}`));
  const records = [...week(steps, 3), ...again];
  const rule = shipped('unit-return-share', { sources: ['county'], above: 32 });
  const [one] = await found(rule, records, '2026-03-30T00:00:00+08:00');
  expect(one?.figures).toMatchObject({ part: 3, whole: 9 });
});

test('what a link brings into both sides is left out with what it is linked to', async () => {
  const projects = ['01-05', '01-06', '01-07', '02-05', '02-06', '02-07', '02-08', '02-09'].map((day, i) => ({
    listingId: `L${i}`,
    at: `2026-${day}T09:00:00+08:00`,
  }));
  const records = projects.flatMap(({ listingId, at }, i): ExampleRecord[] => [
    {
      type: 'trading.listing',
      id: listingId,
      at,
      version: 0,
      listingId,
      agency: 'G1',
      status: 'dealt',
      bidders: 2,
      floorFen: 100,
    },
    { type: 'trading.deal', id: `D${i}`, at: at.replace('T09', 'T10'), version: 0, listingId, annualFen: i < 5 ? 100 : 101 },
  ]);
  const now = '2026-06-10T09:00:00+08:00';
  const figures = (part: number, whole: number) => [
    expect.objectContaining({ scope: 'G1|2026-Q1', figures: expect.objectContaining({ part, whole }) }),
  ];
  expect(await found(shipped('deals-at-floor-share', {}), records, now)).toEqual(figures(5, 8));
  const exceptions = [{ reason: '县里统一定价', scope: ['G1|2026-Q1'], to: '2026-01-31' }];
  expect(await found(shipped('deals-at-floor-share', { exceptions, above: 39 }), records, now)).toEqual(figures(2, 5));
});

test('a finding names nobody whom only what is left out leads into the share', async () => {
  const steps = [
    { action: 'dispatched', unitId: 'U1' },
    { action: 'returned', unitId: 'U1' },
    { action: 'reassigned', unitId: 'U2' },
  ];
  const others = steps.map((step, i) => (i === 2 ? { ...step, unitId: 'U3' } : step));
  const records = [
    ...Array.from({ length: 6 }, (_none, i) => order(`B${i}`, '2026-03-03', steps, false)),
    order('A1', '2026-03-05', others, true),
  ].flat();
  const rule = shipped('unit-wrong-dispatch-share', {
    exceptions: [{ reason: '汛期', scope: ['U1|2026-03-02'], from: '2026-03-05' }],
    figures: { movedTo: 'moved.unitId' },
  });
  const [one] = await found(rule, records, '2026-03-30T00:00:00+08:00');
  expect(one?.figures).toMatchObject({ part: 6, whole: 6, movedTo: 'U2' });
});
