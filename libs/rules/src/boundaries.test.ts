import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { builtInCatalogue, compileMapping, keyedDigest, readMapping } from '@tianyan/contracts';
import { ManualClock } from '@tianyan/kernel';
import { compileRules, ruleSchema, type ExampleRecord, type RuleDefinition } from './index.js';
import { ExampleTables } from './examples/example-tables.js';

/** Boundaries of the language that people run into, on real tables; `test/properties` looks at all of them at random. */
let fixture: ExampleTables;
beforeAll(async () => {
  fixture = await ExampleTables.open();
});
afterAll(() => fixture.close());

const NOW = '2026-06-01T09:00:00+08:00';
const AT = '2026-03-02T09:00:00+08:00';
const VILLAGE = '320921001001';

function rule(kind: object): RuleDefinition {
  const example = { name: '任意', now: NOW, records: [{ type: 'hotline.order', id: 'x', at: AT }], expect: [] };
  return ruleSchema.parse({
    id: 'boundary',
    version: 1,
    title: '边界',
    class: '形式主义',
    severity: 'low',
    basis: [{ document: '测试', demands: '测试' }],
    description: '检查语言的边界。',
    explanation: '检查语言的边界。',
    examples: [example],
    ...kind,
  });
}

async function hits(definition: RuleDefinition, records: readonly object[]): Promise<string[]> {
  const [group] = compileRules([definition], builtInCatalogue);
  if (!group) throw new Error('not compiled');
  await fixture.clear(group.recordTypes);
  await fixture.writeExamples(records.map((record): ExampleRecord => ({ version: 0, ...record }) as ExampleRecord)); // as an example's schema gives them
  const answers = await fixture.evaluate(group, Date.parse(NOW), 'all');
  return answers.filter(({ hit }) => hit).map(({ scope }) => scope);
}

const payment = (id: string, at: string, amountFen: number) => {
  return { type: 'assets.payment', id, at, villageCode: VILLAGE, direction: 'out', amountFen, projectId: 'P1' };
};
const project = (contractFen: number) => {
  return {
    type: 'assets.project',
    id: 'P1',
    at: '2026-01-05T09:00:00+08:00',
    projectId: 'P1',
    villageCode: VILLAGE,
    matter: 'road',
    contractFen,
  };
};
const complaint = (id: string, at: string) => {
  return { type: 'hotline.order', id, at, orderId: id, category: 'complaint', villageCode: VILLAGE, matter: 'road' };
};

const paidShare = { of: 'paid', share: { sum: 'amountFen', percent: 80, ofField: 'contractFen', mark: 'paidAt' } };
const overProjects = (all: readonly object[]) =>
  rule({
    scope: ['villageCode', 'matter'],
    inputs: {
      project: { type: 'assets.project' },
      paid: { type: 'assets.payment', link: { to: 'project', on: [{ projectId: 'projectId' }] } },
      complaint: { type: 'hotline.order' },
    },
    kind: 'join',
    subject: 'project',
    all,
  });

describe('a share of nothing', () => {
  it.each([
    ['a base of 0, paid', 0, [5_000_000]],
    ['a base of 0, nothing paid', 0, [0]],
    ['a base below 0', -100, [5_000_000]],
  ])('does not hold: %s', async (_name, contractFen, paid) => {
    const payments = paid.map((amountFen, n) => payment(`v${n}`, AT, amountFen));
    expect(await hits(overProjects([paidShare]), [project(contractFen), ...payments])).toEqual([]);
  });

  it('holds from the very percentage on, of the smallest base', async () => {
    expect(await hits(overProjects([paidShare]), [project(10), payment('v1', AT, 7)])).toEqual([]);
    expect(await hits(overProjects([paidShare]), [project(10), payment('v1', AT, 8)])).toEqual([`${VILLAGE}|road`]);
  });
});

describe('after a mark, at its own instant', () => {
  const after = overProjects([paidShare, { of: 'complaint', after: 'paidAt', atLeast: 1 }]);
  it.each([
    ['a record whose id comes later counts', 'z1', AT, 1],
    ['one whose id comes earlier does not', 'a1', AT, 0],
    ['one of an earlier instant does not', 'z1', '2026-03-02T08:59:59.999+08:00', 0],
  ])('%s', async (_name, id, at, count) => {
    const records = [project(100), payment('v1', AT, 90), complaint(id, at)];
    expect(await hits(after, records)).toHaveLength(count);
  });
});

describe('rows of a file at one instant', () => {
  const MAPPING = `
mapping: steps
label: 流转
dates: ['yyyy-MM-dd HH:mm']
file: { header: [工单, 环节, 时间] }
records:
  - type: hotline.order-event
    id: { join: [工单, 环节, 序号], with: '/' }
    at: 时间
    fields:
      orderId: 工单
      action: { from: 环节, values: { 签收: signed, 退回: returned } }
`;
  const signedThenReturned = rule({
    scope: ['orderId'],
    inputs: {
      signed: { type: 'hotline.order-event', where: { action: 'signed' } },
      returned: { type: 'hotline.order-event', where: { action: 'returned' } },
    },
    kind: 'sequence',
    steps: [{ of: 'signed' }, { of: 'returned' }],
  });

  async function readIn(order: readonly string[], mapping: string): Promise<string[]> {
    const mapper = compileMapping(readMapping(mapping), builtInCatalogue, {
      source: 'file',
      digest: keyedDigest('a key that only the tests know, 32+'),
      clock: new ManualClock(Date.parse(NOW)),
    });
    const records = order.flatMap((step, index) => {
      const row = { 工单: 'A1', 环节: step, 时间: '2026-03-02 09:00', 序号: step === '签收' ? 9 : 10 };
      const mapped = mapper.map(row, JSON.stringify(row), index + 1);
      expect(mapped.refusals).toEqual([]);
      return mapped.records.map(({ record }) => record);
    });
    const [group] = compileRules([signedThenReturned], builtInCatalogue);
    if (!group) throw new Error('not compiled');
    await fixture.clear(group.recordTypes);
    await fixture.write('hotline.order-event', records.toReversed());
    const answers = await fixture.evaluate(group, Date.parse(NOW), 'all');
    return answers.map(({ scope }) => scope);
  }

  it('stand in the order of the file, whatever their ids and however they arrive', async () => {
    expect(await readIn(['签收', '退回'], MAPPING)).toEqual(['A1']);
    expect(await readIn(['退回', '签收'], MAPPING)).toEqual([]);
  });

  it('or in that of a number of their own, which counts before the row', async () => {
    const numbered = MAPPING.replace('orderId: 工单', 'orderId: 工单\n      stepNo: 序号');
    expect(await readIn(['退回', '签收'], numbered)).toEqual(['A1']);
  });
});

describe('more rules over one scope than one query takes', () => {
  it('are asked in several queries, and answer as each would alone, swept and live', async () => {
    const rules = Array.from({ length: 20 }, (_none, i) => ({
      ...rule({
        scope: ['orderId'],
        inputs: { returned: { type: 'hotline.order-event', where: { action: 'returned' } } },
        kind: 'count',
        any: [{ of: 'returned', measure: 'records', atLeast: i + 1 }],
      }),
      id: `boundary-${i}`,
    }));
    const [group] = compileRules(rules, builtInCatalogue);
    if (!group) throw new Error('not compiled');
    const queries = group.evaluate({ nowMs: Date.parse(NOW), scopes: 'all' });
    expect(queries).toHaveLength(3);
    await fixture.clear(group.recordTypes);
    const returned = Array.from({ length: 12 }, (_none, i): ExampleRecord => {
      return { type: 'hotline.order-event', id: `e${i}`, at: AT, version: 0, orderId: 'A1', unitId: 'U1', action: 'returned' };
    });
    await fixture.writeExamples(returned);
    const swept = await fixture.evaluate(group, Date.parse(NOW), 'all');
    expect(swept.map(({ ruleId }) => ruleId)).toEqual(
      rules
        .slice(0, 12)
        .map(({ id }) => id)
        .toSorted(),
    );
    expect(await fixture.evaluate(group, Date.parse(NOW), ['A1'])).toEqual(swept);
  });
});
