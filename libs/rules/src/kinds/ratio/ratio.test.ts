import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { checkRule } from '../../compile/check/index.js';
import { compileRules, ruleSql } from '../../compile/index.js';
import { ExampleTables } from '../../examples/example-tables.js';
import { countsWorkingDays } from '../../explain/calendar-note.js';
import { describeRule } from '../../explain/describe.js';
import { ruleSchema } from '../../language/rule.js';

const BASE = {
  id: 'dissatisfied-lately',
  version: 1,
  title: '近来不满意占比过高',
  class: '官僚主义',
  severity: 'medium',
  basis: [{ document: '测试', demands: '测试' }],
  description: '由测试写下的规则。',
  explanation: '由测试写下的规则。',
  scope: ['unitId', 'atMonth'],
  inputs: {
    rated: { type: 'hotline.order-event', where: { action: 'rated' } },
    bad: { type: 'hotline.order-event', where: { action: 'rated', satisfaction: 1 } },
  },
  examples: [
    {
      name: '任意',
      now: '2026-03-02T09:00:00+08:00',
      records: [{ type: 'hotline.order-event', id: 'x', at: '2026-03-02T09:00:00+08:00' }],
      expect: [],
    },
  ],
  roles: { rated: '评价', bad: '不满意' },
  kind: 'ratio',
  part: { of: 'bad' },
  whole: { of: 'rated' },
  minWhole: 3,
  above: 30,
  within: { days: 30 },
};

test('a window is said in words, and the query is the one on file', () => {
  const rule = ruleSchema.parse(BASE);
  expect(checkRule(rule, builtInCatalogue)).toEqual([]);
  expect(describeRule(rule, builtInCatalogue)).toContain('30 天内，“不满意”的条数占“评价”的条数超过 30%（后者至少 3 条才判断）');
  expect(ruleSql(rule, builtInCatalogue)).toMatchSnapshot();
});

test.each([
  [{ decide: 'closed' }, 'within'],
  [{ within: { days: 0 } }, 'within.days'],
  [{ within: undefined, grace: { workingDays: 5 } }, 'grace'],
  [{ within: undefined, decide: 'closed', grace: { workingDays: 0 } }, 'grace.workingDays'],
  [{ within: undefined, decide: 'closed', grace: { calendarDays: 367 } }, 'grace.calendarDays'],
])('what does not fit is refused where it stands: %j', (change, path) => {
  expect(checkRule(ruleSchema.parse({ ...BASE, ...change }), builtInCatalogue).map((problem) => problem.path)).toContain(path);
});

describe('a period that is over some days after its end', () => {
  const closed = (grace: object) => ruleSchema.parse({ ...BASE, within: undefined, minWhole: 1, decide: 'closed', grace });
  let tables: ExampleTables;
  beforeAll(async () => {
    tables = await ExampleTables.open();
  });
  afterAll(() => tables.close());

  /** What is said of a month in which all were dissatisfied, by SQL and in the process, which have to say the same. */
  async function said(grace: object, month: string, now: string) {
    const [group] = compileRules([closed(grace)], builtInCatalogue);
    if (!group) throw new Error('not compiled');
    await tables.clear(group.recordTypes);
    const event = { type: 'hotline.order-event', version: 0, unitId: 'U1', orderId: 'A1', action: 'rated', satisfaction: 1 };
    await tables.writeExamples([{ ...event, id: 'e1', at: `${month}-10T09:00:00+08:00` }]);
    const nowMs = Date.parse(now);
    const swept = await tables.evaluate(group, nowMs, 'all');
    expect(await tables.evaluate(group, nowMs, [`U1|${month}`])).toEqual(swept);
    const [one] = swept;
    const text = (atMs: number | null | undefined) => atMs && new Date(atMs).toISOString();
    return one && { hit: one.hit, at: text(one.occurredAtMs), due: text(one.dueAtMs) };
  }

  test.each([
    // Three working days, three days of Qingming, seven more.
    [{ workingDays: 10 }, '2026-03', '2026-04-15T16:00:00.000Z'],
    [{ calendarDays: 10 }, '2026-03', '2026-04-10T16:00:00.000Z'],
    // Outside of the calendar days are counted, from whichever side.
    [{ workingDays: 10 }, '1989-12', '1990-01-10T16:00:00.000Z'],
    [{ workingDays: 10 }, '2040-12', '2041-01-10T16:00:00.000Z'],
  ])('%j after %s: %s', async (grace, month, end) => {
    const endMs = Date.parse(end);
    const before = new Date(endMs - 1).toISOString();
    expect(await said(grace, month, before)).toEqual({ hit: false, at: null, due: end });
    expect(await said(grace, month, end)).toEqual({ hit: true, at: end, due: null });
  });

  test('while it lasts next to nothing is read of the scope; of working days, as long as days would last', () => {
    const isUndecided = (grace: object, day: string) =>
      compileRules([closed(grace)], builtInCatalogue)[0]?.isUndecided('U1|2026-03', Date.parse(`${day}T00:00:00+08:00`) - 1);
    expect([isUndecided({ calendarDays: 10 }, '2026-04-11'), isUndecided({ calendarDays: 10 }, '2026-04-12')]).toEqual([
      true,
      false,
    ]);
    expect([isUndecided({ workingDays: 10 }, '2026-04-11'), isUndecided({ workingDays: 10 }, '2026-04-12')]).toEqual([
      true,
      false,
    ]);
  });

  test('is said in words, and rules that wait for other days are asked apart', () => {
    expect(describeRule(closed({ workingDays: 10 }), builtInCatalogue)).toContain('当月过完后第 10 个工作日结束才判断');
    expect(describeRule(closed({ calendarDays: 15 }), builtInCatalogue)).toContain('当月过完后第 15 天结束才判断');
    const rules = [{ calendarDays: 1 }, { workingDays: 1 }, { calendarDays: 2 }].map((grace, i) => ({
      ...closed(grace),
      id: `r${i}`,
    }));
    expect(compileRules(rules, builtInCatalogue).map((group) => group.rules.map(({ rule }) => rule.id))).toEqual([
      ['r0', 'r1'],
      ['r2'],
    ]);
  });

  test('one that counts working days is swept when the calendar changes', () => {
    expect([{ workingDays: 1 }, { calendarDays: 1 }].map((grace) => countsWorkingDays(closed(grace)))).toEqual([true, false]);
  });
});
