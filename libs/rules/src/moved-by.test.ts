import { describe, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { compileRules } from './compile/index.js';
import { checkDraft } from './form/check-draft.js';
import { fieldsOfKind } from './coverage/needed-fields.js';
import { parseRule } from './pack.js';
import { guideRules } from './testing/guide-rules.js';

const guideRule = (id: string) => guideRules().find((rule) => rule.id === id);

const withWhere = (endsOn: object, parameters: object = {}) =>
  checkDraft(
    JSON.stringify({
      ...guideRule('term-in-days'),
      inputs: { contract: { type: 'assets.contract', where: { endsOn } } },
      parameters,
    }),
    builtInCatalogue,
  );
const table = { label: '公示期', unit: '天', table: [{ region: '320921', value: 10 }, { value: 5 }] };

describe('by how much a field is moved', () => {
  test('is said in words', () => {
    const byField = withWhere({ below: { field: 'signedOn', plusDays: { field: 'termMonths' } } });
    expect(byField.problems).toEqual([]);
    expect(byField.meaning?.inputs[0]?.words).toContain('终止日期早于签订日期加期限（天）');
    const by = { parameter: 'notice', region: 'villageCode' };
    const byTable = withWhere({ below: { field: 'signedOn', plusDays: by } }, { notice: table });
    expect(byTable.problems).toEqual([]);
    expect(byTable.meaning?.inputs[0]?.words).toContain('终止日期早于签订日期加按表（区划 320921：10；其余：5）的天数');
  });

  test('is said in working days', () => {
    const said = (plusWorkingDays: unknown, parameters: object = {}) => {
      const { problems, meaning } = withWhere({ below: { field: 'signedOn', plusWorkingDays } }, parameters);
      expect(problems).toEqual([]);
      return meaning?.inputs[0]?.words;
    };
    expect(said(20)).toContain('终止日期早于签订日期加 20 个工作日');
    expect(said(-3)).toContain('终止日期早于签订日期减 3 个工作日');
    expect(said({ field: 'termMonths' })).toContain('终止日期早于签订日期加期限（个工作日）');
    const by = { parameter: 'notice', region: 'villageCode' };
    expect(said(by, { notice: table })).toContain('终止日期早于签订日期加按表（区划 320921：10；其余：5）的工作日数');
  });

  test('in working days, it is asked again when the calendar changes', () => {
    const usesCalendar = (rule: object) =>
      compileRules([parseRule(JSON.stringify(rule))], builtInCatalogue)[0]?.rules[0]?.usesCalendar;
    const rule = guideRule('notice-in-working-days');
    expect(usesCalendar({ ...rule })).toBe(true);
    expect(usesCalendar({ ...guideRule('term-in-days') })).toBe(false);
  });

  test.each([
    ['more working days than may be asked', { field: 'signedOn', plusWorkingDays: 3661 }, {}, /最多 3660，这里是 3661/],
    ['a field that is no whole number', { field: 'signedOn', plusDays: { field: 'totalFen' } }, {}, /字段 totalFen 不是整数字段/],
    ['a field that is not there', { field: 'signedOn', plusDays: { field: 'gone' } }, {}, /没有字段 gone/],
    ['hours of a day', { field: 'signedOn', plusHours: { field: 'termMonths' } }, {}, /不能用 plusHours/],
    [
      'a table by place that is not told which',
      { field: 'signedOn', plusDays: { parameter: 'notice' } },
      { notice: table },
      /引用时须写 region/,
    ],
    [
      'a table with too long a time',
      { field: 'signedOn', plusDays: { parameter: 'notice' } },
      { notice: { label: '公示期', table: [{ value: 3661 }] } },
      /最多 3660，这里是 3661/,
    ],
  ])('%s is refused', (_name, below, parameters, message) => {
    const { problems } = withWhere({ below }, parameters);
    expect(problems.map((problem) => problem.message)).toEqual([expect.stringMatching(message)]);
  });

  test('a field that says it is needed, unless what is missing says something', () => {
    const neededOf = (is: string) => {
      const rule = guideRule('passed-back');
      const compare = [{ field: 'atMs', is, step: 1, plusHours: { field: 'stepNo' } }];
      const steps = [{ of: 'assigned' }, { of: 'assigned', compare }];
      return fieldsOfKind(parseRule(JSON.stringify({ ...rule, steps })), builtInCatalogue).get('assigned');
    };
    expect(neededOf('above')).toEqual(new Set(['atMs', 'stepNo']));
    expect(neededOf('differs')?.has('stepNo') ?? false).toBe(false);
  });
});
