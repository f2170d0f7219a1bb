import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { ExampleTables } from '../examples/example-tables.js';
import { triedExamples } from '../examples/tried-examples.js';
import { ALL_KINDS, checkDraft, parseRule, ruleFormParts, ruleTemplates } from '../index.js';
import type { FormNode } from './form-node.js';

/** Every part of a node with the way to it. */
function* partsBelow(
  node: FormNode,
  path: string,
): Generator<{ path: string; label: string; optional: boolean; node: FormNode }> {
  if (node.control === 'list') yield* partsBelow(node.item, `${path}[]`);
  if (node.control === 'pairs') yield* partsBelow(node.value, `${path}{}`);
  if (node.control === 'either') for (const { node: option } of node.options) yield* partsBelow(option, path);
  if (node.control !== 'object') return;
  for (const part of node.parts) {
    yield { path: `${path}.${part.key}`, label: part.label, optional: part.optional, node: part.node };
    yield* partsBelow(part.node, `${path}.${part.key}`);
  }
}

describe('the form of a kind', () => {
  const { kinds } = ruleFormParts();

  test('there is one for each kind', () => {
    expect(kinds.map(({ kind }) => kind).toSorted()).toEqual(ALL_KINDS.map(({ kind }) => kind).toSorted());
  });

  test('says what may be left out: what is optional, and what has a default', () => {
    const all = kinds.flatMap(({ kind, parts, one }) =>
      [...partsBelow({ control: 'object', parts, one }, kind)].map(({ path, optional }) => [path, optional] as const),
    );
    const mayBeLeftOut = new Map(all);
    expect(mayBeLeftOut.get('absence.any[].unless')).toBe(true);
    expect(mayBeLeftOut.get('count.any[].within')).toBe(true);
    expect(mayBeLeftOut.get('count.any[].of')).toBe(false);
  });

  test.each(kinds)('of $kind can show each part, by a Chinese name', ({ parts, one }) => {
    const all = [...partsBelow({ control: 'object', parts, one }, '')];
    expect(all.length).toBeGreaterThan(0);
    expect(all.filter(({ label }) => !/\p{Script=Han}/u.test(label)).map(({ path }) => path)).toEqual([]);
    expect(all.filter(({ node }) => node.control === 'unknown').map(({ path }) => path)).toEqual([]);
  });
});

describe('a template', () => {
  let tables: ExampleTables;
  beforeAll(async () => {
    tables = await ExampleTables.open();
  });
  afterAll(() => tables.close());

  it.each([...ruleTemplates()])('$name is a whole rule whose examples pass', async ({ yaml }) => {
    expect(checkDraft(yaml, builtInCatalogue).problems).toEqual([]);
    expect((await triedExamples(tables, parseRule(yaml))).filter(({ differences }) => differences.length > 0)).toEqual([]);
  });

  /** What comes of the template for three times within a span, of a week, for three returns of each order: of one in two weeks, of another in one. */
  const tried = async (scope: readonly string[], expected: readonly object[]) => {
    const returned = (orderId: string, days: readonly number[]) =>
      days.map((day) => ({
        type: 'hotline.order-event',
        id: `${orderId}-${day}`,
        at: `2026-03-${String(day).padStart(2, '0')}T09:00:00+08:00`,
        orderId,
        unitId: day % 2 === 0 ? 'U1' : 'U2',
        action: 'returned',
      }));
    const template = parseRule(ruleTemplates().find(({ name }) => name === '次数过多')?.yaml ?? '');
    const records = [...returned('A1', [2, 3, 4, 16, 17, 18]), ...returned('A2', [9, 10, 11]), ...returned('A3', [2, 10, 18])];
    const examples = [{ name: '三张工单', now: '2026-04-01T09:00:00+08:00', records, expect: expected }];
    const parameters = { ...template.parameters, windowDays: { label: '统计期', unit: '天', value: 7 } };
    const rule = parseRule(JSON.stringify({ ...template, scope, parameters, examples }));
    return (await triedExamples(tables, rule)).flatMap(({ differences }) => differences);
  };

  it('with a window finds one thing of each object, over all windows', async () => {
    const both = { scope: 'A1', hit: true, evidence: ['A1-2', 'A1-3', 'A1-4', 'A1-16', 'A1-17', 'A1-18'] };
    const other = { scope: 'A2', hit: true, evidence: ['A2-9', 'A2-10', 'A2-11'] };
    expect(await tried(['orderId'], [both, other])).toEqual([]);
  });

  it('with a window and the week in its scope finds one of each object in each week', async () => {
    const weeks = [
      { scope: 'A1|2026-03-02', hit: true, evidence: ['A1-2', 'A1-3', 'A1-4'] },
      { scope: 'A1|2026-03-16', hit: true, evidence: ['A1-16', 'A1-17', 'A1-18'] },
      { scope: 'A2|2026-03-09', hit: true, evidence: ['A2-9', 'A2-10', 'A2-11'] },
    ];
    expect(await tried(['orderId', 'atWeek'], weeks)).toEqual([]);
  });
});

describe('a rule that is still being written', () => {
  const begun = `
scope: [orderId]
inputs:
  returned: { type: hotline.order-event, where: { action: returned, no: 1 } }
kind: count
any: [{ of: returned, measure: records, atLeast: 3 }]
`;

  it('is said in words, with what it lacks and what does not fit, each at its place', () => {
    const { problems, meaning, figures } = checkDraft(begun, builtInCatalogue);
    expect(meaning?.judged).toContain('“工单流转记录”');
    expect(meaning?.inputs).toEqual([{ name: 'returned', words: expect.stringContaining('退回') }]);
    expect(figures).toContainEqual({ name: 'count', label: '次数' });
    expect(figures).toContainEqual({ name: 'orderId', label: '工单编号' });
    const paths = problems.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(['id', 'title', 'basis', 'explanation', 'examples', 'inputs.returned.where.no']),
    );
    expect(problems.find(({ path }) => path === 'inputs.returned.where.no')?.line).toBe(4);
  });

  it('says which figures are money and which are shares', () => {
    const summed = `
scope: [villageCode]
inputs:
  paid: { type: assets.payment }
  cash: { type: assets.payment, where: { settlement: cash } }
kind: outlier
part: { of: cash, measure: sum, field: amountFen }
is: above
statistic: median
leastDistance: 1
minPeers: 8
`;
    const unitsOf = (yaml: string) => {
      const { figures } = checkDraft(yaml, builtInCatalogue);
      return Object.fromEntries(figures.flatMap(({ name, unit }) => (unit === undefined ? [] : [[name, unit]])));
    };
    const seconds = summed.replaceAll('assets.payment', 'hotline.call').replace(', where: { settlement: cash }', '');
    expect(unitsOf(summed)).toEqual({ ownSum: 'money', peersSum: 'money', limitSum: 'money' });
    expect(unitsOf(`${summed}whole: { of: paid, measure: sum, field: amountFen }\nminWhole: 1\n`)).toEqual({
      ownShare: 'share',
      peersShare: 'share',
      limitShare: 'share',
      part: 'money',
      whole: 'money',
    });
    expect(unitsOf(seconds.replace('amountFen', 'talkSeconds').replace('villageCode', 'agentId'))).toEqual({});
    const measuresOf = (yaml: string) =>
      checkDraft(yaml, builtInCatalogue).figures.flatMap(({ name, measure }) =>
        measure === undefined ? [] : [`${name} ${measure}`],
      );
    expect(measuresOf(seconds.replace('amountFen', 'talkSeconds').replace('villageCode', 'agentId'))).toEqual([
      'ownSum 秒',
      'peersSum 秒',
      'limitSum 秒',
    ]);
    expect(measuresOf(summed)).toEqual([]);
    expect(unitsOf(begun)).toEqual({});
  });

  it.each(['', 'id: [1', '- a', 'kind: nothing'])('%j is answered, not thrown', (yaml) => {
    const { problems, meaning } = checkDraft(yaml, builtInCatalogue);
    expect(problems.length).toBeGreaterThan(0);
    expect(meaning).toBeNull();
  });
});
