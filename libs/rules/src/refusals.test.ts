import { describe, expect, it } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { RefusedError } from '@tianyan/kernel';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { compileRules, InvalidRuleError, loadPack, loadRules, parseRule, placed } from './index.js';

const RULE = `
id: sound
version: 1
title: 正确的规则
class: 不担当不作为
severity: low
basis: [{ document: 测试依据, demands: 测试要求 }]
description: 供测试改坏的规则。
scope: [orderId]
inputs:
  signed: { type: hotline.order-event, where: { action: signed } }
  done: { type: hotline.order-event, where: { action: completed } }
  order: { type: hotline.order }
parameters:
  limit: { label: 时限, value: 2 }
  days:
    label: 时限
    table: [{ region: '3209', when: { category: consult }, value: 1 }, { value: 2 }]
kind: absence
any:
  - of: signed
    expect: [done]
    deadline: { workingDays: { parameter: days, region: townshipCode }, details: order }
explanation: '工单 {orderId} 于 {startMs:时间} 签收，时限 {limit}。'
examples:
  - name: 超期
    now: '2026-03-20T09:00:00+08:00'
    records:
      - { type: hotline.order-event, id: e1, at: '2026-03-02T09:00:00+08:00', orderId: A1, action: signed }
    expect: [{ scope: A1, hit: true }]
`;

const COUNT = { kind: 'count', any: [{ of: 'signed', measure: 'records', atLeast: 2 }], explanation: '工单 {orderId} 有误。' };
const JOIN = {
  kind: 'join',
  any: undefined,
  scope: ['contractId'],
  subject: 'contract',
  inputs: {
    contract: { type: 'assets.contract' },
    deal: { type: 'trading.deal', link: { to: 'contract', on: [{ contractId: 'contractId' }] } },
  },
  all: [{ of: 'deal', none: true }],
  explanation: '合同 {contractId} 有误。',
  examples: [
    {
      name: '例子',
      now: '2026-03-20T09:00:00+08:00',
      records: [{ type: 'assets.contract', id: 'C1', at: '2026-03-02T09:00:00+08:00' }],
      expect: [],
    },
  ],
};

type Change = [path: string, value: unknown];

/** The rule with values set at paths (undefined removes), as its author would have written it. */
function changed(...changes: Change[]): string {
  const document = parseDocument(RULE);
  for (const [path, value] of changes) {
    const keys = path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    if (value === undefined) document.deleteIn(keys);
    else document.setIn(keys, document.createNode(value));
  }
  return document.toString();
}

const all = (values: object): Change[] => Object.entries(values);

function problemsOf(text: string) {
  try {
    compileRules([parseRule(text)], builtInCatalogue);
  } catch (error) {
    if (error instanceof InvalidRuleError) return error.problems;
    throw error;
  }
  return [];
}

it('the rules that are broken below are sound as they stand', () => {
  expect(problemsOf(RULE)).toEqual([]);
  expect(problemsOf(changed(...all(COUNT)))).toEqual([]);
  expect(problemsOf(changed(...all(JOIN)))).toEqual([]);
});

describe('a wrong rule is refused with the place and what is expected', () => {
  it.each<[what: string, changes: Change[], path: string, message: RegExp]>([
    ['unknown record type', [['inputs.order.type', 'hotline.ordr']], 'inputs.order.type', /没有记录类型 hotline\.ordr/],
    ['type written wrongly', [['inputs.order.type', 'Orders']], 'inputs.order.type', /系统\.名称/],
    ['a person in the scope', [['inputs.signed.scope', { orderId: 'operator' }]], 'inputs.signed', /operator.*受保护的个人信息/],
    ['a person as a subject', [['subjects', { who: 'order.callerName' }]], 'subjects.who', /callerName.*受保护的个人信息/],
    ['a telephone as a figure', [['figures', { tel: 'order.callerPhone' }]], 'figures.tel', /callerPhone.*受保护的个人信息/],
    ['a digest of a person', [['figures', { caller: 'order.callerKey' }]], 'figures.caller', /callerKey.*受保护的个人信息/],
    ['what the citizen said', [['figures', { said: 'order.content' }]], 'figures.said', /content.*受保护的个人信息/],
    ['the title of an order', [['figures', { title: 'order.title' }]], 'figures.title', /title.*可能要求保密/],
    ['the note of a step', [['subjects', { note: 'signed.note' }]], 'subjects.note', /note.*可能要求保密/],
    [
      'unknown field in where',
      [['inputs.done.where', { acton: 'completed' }]],
      'inputs.done.where.acton',
      /没有字段 acton.*action/,
    ],
    [
      'value that the field cannot have',
      [['inputs.done.where', { action: 'complated' }]],
      'inputs.done.where.action.is',
      /没有取值 complated.*completed/,
    ],
    ['number where a code stands', [['inputs.done.where', { unitId: 5 }]], 'inputs.done.where.unitId.is', /请加引号/],
    [
      'instant without zone',
      [['inputs.done.where', { extendedToMs: { above: '2026-03-02' } }]],
      'inputs.done.where.extendedToMs.above',
      /带时区/,
    ],
    [
      'comparison of a text with a parameter',
      [['inputs.done.where', { note: { is: { parameter: 'limit' } } }]],
      'inputs.done.where.note.is',
      /参数是数/,
    ],
    [
      'comparison of unlike fields',
      [['inputs.done.where', { note: { is: { field: 'satisfaction' } } }]],
      'inputs.done.where.note.is.field',
      /不能比较/,
    ],
    [
      'contains on a number',
      [['inputs.done.where', { satisfaction: { contains: '1' } }]],
      'inputs.done.where.satisfaction.contains',
      /不是文字/,
    ],
    [
      'table field that the details record lacks',
      [['parameters.days.table.0.when', { claimsVisit: true }]],
      'parameters.days.table.0.when.claimsVisit',
      /热线工单.*没有字段 claimsVisit/,
    ],
    [
      'table field that the start lacks',
      [['any.0.deadline.details', undefined]],
      'parameters.days.table.0.when.category',
      /工单流转记录.*没有字段 category/,
    ],
    [
      'region field that the details record lacks',
      [['any.0.deadline.workingDays.region', 'regionCode']],
      'any.0.deadline.workingDays.region',
      /没有字段 regionCode/,
    ],
    [
      'table by region without a region field',
      [['any.0.deadline.workingDays.region', undefined]],
      'any.0.deadline.workingDays',
      /须写 region/,
    ],
    ['table by date without a day', [['parameters.days.table.0.from', '2026-01-01']], 'any.0.deadline.workingDays', /须写 day/],
    [
      'row behind one that always fits',
      [['parameters.days.table.0', { value: 9 }]],
      'parameters.days.table.0',
      /后面的行永远用不到/,
    ],
    [
      'unknown parameter',
      [['any.0.deadline.workingDays.parameter', 'dayz']],
      'any.0.deadline.workingDays.parameter',
      /没有名为 dayz 的参数.*days/,
    ],
    ['limit beyond reason', [['parameters.days.table.1.value', 99_999]], 'any.0.deadline.workingDays', /0–3660/],
    ['two limits', [['any.0.deadline.hours', 3]], 'any.0.deadline', /之一/],
    ['limit written out too long', [['any.0.deadline.workingDays', 5000]], 'any.0.deadline.workingDays', /不超过 3660/],
    [
      'office hours of no deadline',
      [['any.0.deadline.officeHours', ['09:00-12:00']]],
      'any.0.deadline',
      /只与 workingHours 同用/,
    ],
    [
      'office hours that overlap',
      [['any.0.deadline', { workingHours: 2, officeHours: ['09:00-12:00', '12:00-17:00'] }]],
      'any.0.deadline.officeHours',
      /不相连、不重叠/,
    ],
    [
      'office hours of half an hour a day',
      [['any.0.deadline', { workingHours: 2, officeHours: ['09:00-09:30'] }]],
      'any.0.deadline.officeHours',
      /至少一小时/,
    ],
    [
      'office hours written otherwise',
      [['any.0.deadline', { workingHours: 2, officeHours: ['9:00-12:00'] }]],
      'any.0.deadline.officeHours.0',
      /'08:30-12:00'/,
    ],
    ['deadline in a field that is no time', [['any.0.deadline', { field: 'unitId' }]], 'any.0.deadline.field', /不是日期或时刻/],
    ['unknown input', [['any.0.expect', ['finished']]], 'any.0.expect.0', /没有名为 finished 的输入.*done/],
    ['unknown look', [['any.0.look', 'sideways']], 'any.0.look', /backward、forward/],
    ['unknown kind', [['kind', 'sequel']], 'kind', /match、count、ratio、outlier、sequence、absence、join/],
    ['kind missing', [['kind', undefined]], 'kind', /match、count/],
    [
      'part of the scope that an input lacks',
      [['scope', ['orderId', 'unitId']]],
      'inputs.order',
      /没有字段 unitId.*scope: \{ unitId/,
    ],
    [
      'mapping of a part that the scope lacks',
      [['inputs.order.scope', { unitId: 'leadUnitId' }]],
      'inputs.order.scope.unitId',
      /scope 里没有 unitId/,
    ],
    [
      'an instant against so many percent of a number',
      [['inputs.done.where', { extendedToMs: { above: { field: 'stepNo', percent: 50 } } }]],
      'inputs.done.where.extendedToMs.above',
      /extendedToMs 不是整数或金额字段/,
    ],
    [
      'link to what is linked itself',
      [
        ['inputs.order.link', { to: 'signed', on: [{ orderId: 'orderId' }] }],
        ['inputs.again', { type: 'hotline.order-event', link: { to: 'order', on: [{ orderId: 'orderId' }] } }],
      ],
      'inputs.again.link.to',
      /自己也用 link 连接/,
    ],
    [
      'link to no input',
      [['inputs.order.link', { to: 'nobody', on: [{ orderId: 'orderId' }] }]],
      'inputs.order.link.to',
      /没有名为 nobody 的输入/,
    ],
    ['misspelt key', [['desciption', '多余']], 'desciption', /没有这一项.*可用的有：.*description/],
    ['title missing', [['title', undefined]], 'title', /缺少这一项/],
    ['basis missing', [['basis', []]], 'basis', /须写明依据/],
    ['exception without a reason', [['exceptions', [{ scope: ['A1'], reason: '' }]]], 'exceptions.0.reason', /理由/],
    [
      'exception that concerns nothing',
      [['exceptions', [{ reason: '试点', where: { rol: 'assist' } }]]],
      'exceptions.0.where',
      /例外不会起作用/,
    ],
    [
      'exception by a list that is not linked',
      [['exceptions', [{ reason: '试点', listed: { of: 'done' } }]]],
      'exceptions.0.listed.of',
      /须用 link 连到例外的记录/,
    ],
    [
      'exception by a list that is not there',
      [['exceptions', [{ reason: '试点', listed: { of: 'nobody' } }]]],
      'exceptions.0.listed.of',
      /没有名为 nobody 的输入/,
    ],
    [
      'exception by a list and by a scope',
      [['exceptions', [{ reason: '试点', scope: ['A1'], listed: { of: 'order' } }]]],
      'exceptions.0',
      /不与 scope、where 同写/,
    ],
    [
      'exception by a list that is valid by no day',
      [...all(JOIN), ['exceptions', [{ reason: '试点', listed: { of: 'deal', validFrom: 'contractId' } }]]],
      'exceptions.0.listed.validFrom',
      /不是日期或时刻字段/,
    ],
    [
      'scope by the credit code of a firm under another name',
      [...all(JOIN), ['scope', ['lesseeCreditCode']]],
      'inputs.contract',
      /scope 里写 firmCreditCode，输入里写 scope: \{ firmCreditCode: lesseeCreditCode \}/,
    ],
    [
      'credit code of a firm as a subject',
      [...all(JOIN), ['subjects', { firmCreditCode: 'contract.lesseeCreditCode' }]],
      'subjects.firmCreditCode',
      /受保护/,
    ],
    [
      'township of a firm, which has contracts in several',
      [
        ...all(JOIN),
        ['scope', ['firmCreditCode']],
        ['inputs.contract.scope', { firmCreditCode: 'lesseeCreditCode' }],
        ['subjects', { townshipCode: 'contract.townshipCode' }],
      ],
      'subjects.townshipCode',
      /判断对象是企业.*别处的证据/,
    ],
    [
      'village of a firm in a month',
      [
        ...all(JOIN),
        ['scope', ['firmCreditCode', 'atMonth']],
        ['inputs.contract.scope', { firmCreditCode: 'lesseeCreditCode' }],
        ['subjects', { villageCode: 'contract.villageCode' }],
      ],
      'subjects.villageCode',
      /分开判断/,
    ],
    ['placeholder that nothing fills', [['explanation', '工单 {orderld} 超期。']], 'explanation', /\{orderld\}.*orderId/],
    ['unknown format', [['explanation', '工单 {startMs:钟点} 超期。']], 'explanation', /格式应为/],
    ['open brace', [['explanation', '工单 {orderId 超期。']], 'explanation', /花括号/],
    ['subject from an unknown field', [['subjects', { unitId: 'signed.unit' }]], 'subjects.unitId', /没有字段 unit/],
    ['figure with a name that is taken', [['figures', { count: 'signed.note' }]], 'figures.count', /已经有了/],
    ['role of no input', [['roles', { finished: '办结' }]], 'roles.finished', /没有名为 finished/],
    ['examples missing', [['examples', undefined]], 'examples', /缺少这一项/],
    ['no example', [['examples', []]], 'examples', /至少一个例子/],
    ['example with an unknown field', [['examples.0.records.0.unit', 'U1']], 'examples.0.records.0.unit', /没有字段 unit/],
    [
      'example that expects what never comes',
      [['examples.0.expect', [{ scope: 'A2', hit: false }]]],
      'examples.0.expect.0',
      /不会出现/,
    ],
    [
      'example with evidence that is not there',
      [['examples.0.expect.0.evidence', ['e9']]],
      'examples.0.expect.0.evidence',
      /没有编号为 e9/,
    ],
    ['example without a zone', [['examples.0.now', '2026-03-20 09:00']], 'examples.0.now', /带时区/],
    ['threshold 0', [...all(COUNT), ['any.0.atLeast', 0]], 'any.0.atLeast', /不小于 1/],
    ['threshold that is no number', [...all(COUNT), ['any.0.atLeast', 'two']], 'any.0.atLeast', /应为整数/],
    ['threshold of a table by place', [...all(COUNT), ['any.0.atLeast', { parameter: 'days' }]], 'any.0.atLeast', /须写 region/],
    ['threshold looked up in no input', [...all(COUNT), ['any.0.details', 'none']], 'any.0.details', /没有名为 none 的输入/],
    [
      'a threshold of a table that anything reaches',
      [...all(COUNT), ['parameters.few', { label: '次数', table: [{ value: 0 }] }], ['any.0.atLeast', { parameter: 'few' }]],
      'any.0.atLeast',
      /不小于 1，参数 few 里有 0/,
    ],
    [
      'a window of a table that never ends',
      [
        ...all(COUNT),
        ['parameters.long', { label: '天', table: [{ value: 4_000 }] }],
        ['any.0.within', { days: { parameter: 'long' } }],
      ],
      'any.0.within.days',
      /不大于 3660，参数 long 里有 4000/,
    ],
    [
      'sum of a text',
      [...all(COUNT), ['any.0', { of: 'signed', measure: 'sum', field: 'note', atLeast: 2 }]],
      'any.0.field',
      /整数或金额/,
    ],
    [
      'distinct without a field',
      [...all(COUNT), ['any.0', { of: 'signed', measure: 'distinct', atLeast: 2 }]],
      'any.0',
      /须写 field/,
    ],
    ['window too long', [...all(COUNT), ['any.0.within', { days: 4000 }]], 'any.0.within.days', /最长 3660/],
    [
      'link field that the subject lacks',
      [...all(JOIN), ['inputs.deal.link.on', [{ contractId: 'contractNo' }]]],
      'inputs.deal.link.on.0.contractId',
      /没有字段 contractNo/,
    ],
    [
      'link by a number',
      [...all(JOIN), ['inputs.deal.link.on', [{ annualFen: 'annualFen' }]]],
      'inputs.deal.link.on.0.annualFen',
      /不能用来连接/,
    ],
    [
      'comparison field that the joined record lacks',
      [...all(JOIN), ['all.0.compare', [{ field: 'price', is: 'equals', subject: 'annualFen' }]]],
      'all.0.compare.0.field',
      /产权.*没有字段 price|没有字段 price/,
    ],
    ['mark that nothing writes', [...all(JOIN), ['all.0.after', 'paidAt']], 'all.0.after', /没有名为 paidAt 的标记/],
    [
      'percent 0',
      [...all(JOIN), ['all.0', { of: 'deal', share: { sum: 'annualFen', percent: 0, ofField: 'totalFen', mark: 'paidAt' } }]],
      'all.0.share.percent',
      /不小于 1/,
    ],
  ])('%s', (_what, changes, path, message) => {
    const problems = problemsOf(changed(...changes));
    expect(problems).toContainEqual(expect.objectContaining({ path, message: expect.stringMatching(message) }));
  });

  it('a firm in one township may lie there', () => {
    const part = { firmCreditCode: 'lesseeCreditCode', townshipCode: 'townshipCode' };
    const rule = changed(
      ...all(JOIN),
      ['scope', Object.keys(part)],
      ['inputs.contract.scope', part],
      ['subjects', { villageCode: 'contract.villageCode' }],
      ['explanation', '企业 {firmCreditCode} 有误。'],
    );
    expect(problemsOf(rule)).toEqual([]);
  });

  it('every problem of a rule is told at once, and in Chinese', () => {
    const text = changed(['inputs.done.where', { acton: 'x' }], ['explanation', '工单 {nothing} 超期。'], ['roles', { x: '无' }]);
    expect(problemsOf(text)).toHaveLength(3);
    expect(() => compileRules([parseRule(text)], builtInCatalogue)).toThrow(/^规则“sound”有误：\n- inputs\.done\.where\.acton：/);
  });

  it('one id for two rules', () => {
    const rule = parseRule(RULE);
    expect(() => compileRules([rule, rule], builtInCatalogue)).toThrow(/规则编号重复/);
  });

  it('text that is no YAML', () => {
    expect(() => parseRule('id: a\n  title: b\n :')).toThrow(/第 \d+ 行：不是合法的 YAML：.*缩进/);
    expect(() => parseRule(`a: &a [1]\nb: [${'*a,'.repeat(200)}]`)).toThrow(/YAML 的引用.*最多 100 处/);
    expect(() => parseRule('')).toThrow(InvalidRuleError);
    expect(() => parseRule('- a')).toThrow(InvalidRuleError);
  });
});

describe('rules of a folder', () => {
  const inFolder = (files: Record<string, string>, body: (folder: string) => void) => {
    const folder = mkdtempSync(join(tmpdir(), 'tianyan-rules-'));
    try {
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
      body(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  it('are added to the shipped ones, or take the place of one with their id', () => {
    inFolder({ 'a.yaml': RULE, 'b.yml': changed(['id', 'order-overdue'], ['version', 7]), 'notes.txt': '不是规则' }, (folder) => {
      const shipped = loadPack();
      const rules = loadRules(folder, shipped);
      expect(rules.map(({ id }) => id)).toEqual([...shipped.map(({ id }) => id), 'sound']);
      expect(rules.find(({ id }) => id === 'order-overdue')?.version).toBe(7);
      expect(loadRules(join(folder, 'a.yaml')).map(({ id }) => id)).toEqual(['sound']);
      expect(() => compileRules(rules, builtInCatalogue)).not.toThrow();
    });
  });

  it('are refused with the name of the file', () => {
    inFolder({ 'a.yaml': RULE, 'b.yaml': RULE }, (folder) => {
      expect(() => loadRules(folder)).toThrow(/（.*b\.yaml）有误：\n- id：与 .*a\.yaml 的规则编号重复/);
    });
    inFolder({ 'a.yaml': changed(['kind', 'x']) }, (folder) => {
      expect(() => loadRules(folder)).toThrow(/规则“sound”（.*a\.yaml）有误：\n- kind：/);
    });
    expect(() => loadRules('/nowhere/at/all')).toThrow(RefusedError);
    expect(() => loadRules('/nowhere/at/all')).toThrow(/没有规则目录或文件/);
  });
});

it.each([
  ['[', '['.repeat(200_000)],
  ['objects', '{"a":'.repeat(40_000)],
  ['lists', '- '.repeat(100_000)],
  ['no YAML', 'a: b: c\n'.repeat(20_000)],
])('a text of %s alone is refused soon, with few words', (_name, text) => {
  const began = performance.now();
  let refused: unknown = null;
  try {
    parseRule(text);
  } catch (error) {
    refused = error;
  }
  expect(refused).toBeInstanceOf(InvalidRuleError);
  if (refused instanceof InvalidRuleError) expect(placed(text, refused.problems).length).toBeLessThanOrEqual(20);
  expect(performance.now() - began).toBeLessThan(5_000);
});
