import { describe, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { compileRules } from '../compile/index.js';
import { ruleTexts, parseRule } from '../pack.js';
import type { RuleDefinition } from '../language/rule.js';
import { contradictions, overlaid, parameterPlaces, type ParameterSetting } from './index.js';

const yamlOf = (id: string) => ruleTexts(null).find(({ rule }) => rule.id === id)?.yaml ?? '';
const overdue = parseRule(yamlOf('order-overdue'));
const pingPong = parseRule(yamlOf('order-ping-pong'));
const claimedTwice = parseRule(yamlOf('invoice-claimed-twice'));
const basis = { document: '响水县〔2026〕1号', demands: '五个工作日改为七个' };
const set = (setting: Omit<ParameterSetting, 'document' | 'demands'>): ParameterSetting => ({ ...setting, ...basis });
const withTable = (rule: RuleDefinition, name: string, table: unknown) =>
  parseRule(JSON.stringify({ ...rule, parameters: { ...rule.parameters, [name]: { ...rule.parameters[name], table } } }));
const rowsOf = (rule: RuleDefinition, name: string) => rule.parameters[name]?.table ?? [];
const sqlOf = (rule: RuleDefinition) =>
  compileRules([rule], builtInCatalogue).map((group) => group.evaluate({ nowMs: 1, scopes: { index: 0, of: 1 } }));

describe('a rule with settings is the rule with the values written in by hand', () => {
  test('a number', () => {
    const { rule, misfits } = overlaid(pingPong, [set({ parameter: 'minReturns', value: 2 })]);
    const byHand = parseRule(yamlOf('order-ping-pong').replace(/(minReturns: .*value: )3/, '$12'));
    expect(byHand.parameters['minReturns']?.value).toBe(2);
    expect([rule, misfits]).toEqual([byHand, []]);
    expect(sqlOf(rule)).toEqual(sqlOf(byHand));
  });

  test('a table: narrower rows first, in whatever order they were entered, before those of the text', () => {
    const county = set({ parameter: 'handlingDays', region: '320921', value: 7 });
    const town = set({ parameter: 'handlingDays', region: '320921101', value: 9 });
    const spring = set({ parameter: 'handlingDays', region: '320921', from: '2026-01-01', to: '2026-06-30', value: 8 });
    const { rule, misfits } = overlaid(overdue, [county, spring, town]);
    const byHand = withTable(overdue, 'handlingDays', [
      { region: '320921101', value: 9 },
      { region: '320921', from: '2026-01-01', to: '2026-06-30', value: 8 },
      { region: '320921', value: 7 },
      ...rowsOf(overdue, 'handlingDays'),
    ]);
    expect([rule, misfits]).toEqual([byHand, []]);
    expect(sqlOf(rule)).toEqual(sqlOf(byHand));
  });

  test('one for everywhere and always takes the place of all rows of the text; a case that it tells apart may be set beside it', () => {
    const when = rowsOf(overdue, 'handlingDays').find((row) => row.when)?.when;
    const { rule } = overlaid(overdue, [
      set({ parameter: 'handlingDays', value: 10 }),
      set({ parameter: 'handlingDays', when, value: 1 }),
    ]);
    expect(rowsOf(rule, 'handlingDays')).toEqual([{ when, value: 1 }, { value: 10 }]);
    expect(() => compileRules([rule], builtInCatalogue)).not.toThrow();
  });

  test('where the rows of a table say whom the rule is about, a setting without a case is about nobody else', () => {
    const urgent = parseRule(yamlOf('urgent-sign-delay'));
    const text = rowsOf(urgent, 'urgentHours');
    expect(text.every(({ when }) => when !== undefined)).toBe(true);
    const { rule } = overlaid(urgent, [set({ parameter: 'urgentHours', region: '320921101', value: 3 })]);
    expect(rowsOf(rule, 'urgentHours')).toEqual([...text.map(({ when }) => ({ region: '320921101', value: 3, when })), ...text]);
    // Also where it takes the place of all rows.
    const { rule: all } = overlaid(urgent, [set({ parameter: 'urgentHours', value: 4 })]);
    expect(rowsOf(all, 'urgentHours').every(({ when }) => when !== undefined)).toBe(true);
    expect(() => compileRules([rule, { ...all, id: 'all' }], builtInCatalogue)).not.toThrow();
  });

  test('a number that is looked up by place becomes a table that ends with it', () => {
    const plain = parseRule(
      JSON.stringify({ ...overdue, parameters: { handlingDays: { label: '办理时限', unit: '个工作日', value: 5 } } }),
    );
    const { rule } = overlaid(plain, [set({ parameter: 'handlingDays', region: '3209', value: 7 })]);
    expect(rowsOf(rule, 'handlingDays')).toEqual([{ region: '3209', value: 7 }, { value: 5 }]);
    expect(() => compileRules([rule], builtInCatalogue)).not.toThrow();
  });

  test('a number that the explanation names is set by place, where the rule can say which applied', () => {
    const where = { kind: 'lease', termMonths: { above: { parameter: 'maxMonths', region: 'villageCode', day: 'signedOn' } } };
    const leases = parseRule(yamlOf('lease-over-term'));
    const rule = parseRule(JSON.stringify({ ...leases, inputs: { contract: { type: 'assets.contract', where } } }));
    const { rule: set_, misfits } = overlaid(rule, [set({ parameter: 'maxMonths', region: '320921', value: 36 })]);
    expect(misfits).toEqual([]);
    expect(rowsOf(set_, 'maxMonths')).toEqual([{ region: '320921', value: 36 }, { value: rule.parameters['maxMonths']?.value }]);
    expect(sqlOf(set_).flatMap((queries) => queries.map(({ sql }) => sql.includes('AS maxMonths_figure')))).toEqual([true]);
    // Two inputs that look it up have two numbers: neither is the one.
    const both = { ...rule, inputs: { ...rule.inputs, other: { ...rule.inputs['contract'], type: 'assets.contract' } } };
    expect(parameterPlaces(parseRule(JSON.stringify(both))).find(({ name }) => name === 'maxMonths')).toMatchObject({
      byRegion: false,
      byDay: false,
    });
  });

  test('counts and windows are set by place and day, and the explanation names those that applied', () => {
    const { rule, misfits } = overlaid(pingPong, [set({ parameter: 'minReturns', region: '320921', value: 2 })]);
    expect([misfits, rowsOf(rule, 'minReturns')]).toEqual([[], [{ region: '320921', value: 2 }, { value: 3 }]]);
    const repeated = parseRule(yamlOf('repeated-complaint'));
    const shorter = overlaid(repeated, [set({ parameter: 'windowDays', region: '320921', from: '2026-03-01', value: 30 })]);
    expect([shorter.misfits, rowsOf(shorter.rule, 'windowDays').length]).toEqual([[], 2]);
    const named = [...sqlOf(rule), ...sqlOf(shorter.rule)].flat().map(({ sql }) => sql.match(/\b\w+(?=_figure\b)/g) ?? []);
    expect(named.map((names) => names.some((name) => name === 'minReturns' || name === 'windowDays'))).toEqual([true, true]);
  });

  test('nothing set: the rule itself', () => expect(overlaid(overdue, []).rule).toBe(overdue));
});

describe('what does not fit is told and left out', () => {
  test.each([
    ['a parameter that is gone', pingPong, set({ parameter: 'gone', value: 1 }), /没有参数 gone/],
    ['a number of places by place', claimedTwice, set({ parameter: 'minVillages', region: '3209', value: 3 }), /不能按地区/],
    ['the same by days', claimedTwice, set({ parameter: 'minVillages', from: '2026-01-01', value: 3 }), /不能按日期/],
    ['another case', overdue, set({ parameter: 'handlingDays', when: { category: 'help' }, value: 1 }), /不分这一类/],
  ])('%s', (_name, rule, setting, reason) => {
    const result = overlaid(rule, [setting]);
    expect(result.rule).toEqual(rule);
    expect(result.misfits).toEqual([{ setting, reason: expect.stringMatching(reason) }]);
  });
});

test('what can be set of a parameter follows from where it is used', () => {
  expect(parameterPlaces(pingPong)).toMatchObject([
    { name: 'minReturns', byRegion: true, byDay: true, cases: [] },
    { name: 'minUnits', byRegion: true, byDay: true, cases: [] },
  ]);
  expect(parameterPlaces(claimedTwice)).toMatchObject([{ name: 'minVillages', byRegion: false, byDay: false, cases: [] }]);
  // Of two clauses that look up their own records, neither says which number applied: the explanation could not name it.
  const own = parseRule(yamlOf('order-ping-pong').replaceAll(/,? +details: order,?/g, ''));
  expect(parameterPlaces(own)).toMatchObject([{ byRegion: false }, { byRegion: false }]);
  expect(parameterPlaces(overdue).find(({ name }) => name === 'handlingDays')).toMatchObject({ byRegion: true, byDay: true });
});

describe('the shipped rules whose limits differ from place to place can be set so', () => {
  const byPlace = ruleTexts(null)
    .filter(({ origin }) => origin === 'shipped')
    .flatMap(({ rule }) =>
      parameterPlaces(rule)
        .filter(({ byRegion, byDay }) => byRegion && byDay)
        .map(({ name }) => ({ rule, name })),
    );

  test('these', () =>
    expect(byPlace.map(({ rule, name }) => `${rule.id} ${name}`)).toEqual([
      'asset-idle idleDays',
      'closed-without-visit entryHours',
      'contract-not-public publicThreshold',
      'contract-not-public graceDays',
      'deal-without-receipt graceDays',
      'dispatch-delay dispatchHours',
      'extended-twice minExtensions',
      'group-complaint minCallers',
      'group-complaint windowDays',
      'handler-approves minFen',
      'idle-after-lease idleDays',
      'large-cash-payment cashLimit',
      'lease-expired-in-use graceDays',
      'lease-long-term fromMonths',
      'lease-long-term toMonths',
      'lease-without-vote voteThreshold',
      'leased-outside-market marketThreshold',
      'leased-outside-market graceDays',
      'no-contact-in-time contactDays',
      'no-lead-named graceHours',
      'notice-too-short minDays',
      'order-overdue handlingDays',
      'order-ping-pong minReturns',
      'order-ping-pong minUnits',
      'paused-too-long pauseDays',
      'payment-without-invoice fromFen',
      'public-notice-too-short minDays',
      'reception-spending minFen',
      'rent-unpaid-in-use graceDays',
      'rent-unpaid-not-in-use graceDays',
      'repeated-complaint minOrders',
      'repeated-complaint windowDays',
      'returned-too-late returnDays',
      'returned-twice minReturns',
      'sign-delay signDays',
      'split-below-limit limit',
      'split-payments fromFen',
      'split-payments limitFen',
      'urgent-sign-delay urgentHours',
      'works-without-project minFen',
    ]));

  test.each(byPlace.map(({ rule, name }) => [rule.id, name, rule] as const))('%s: %s', (_id, name, rule) => {
    const settings = [
      set({ parameter: name, region: '320921101', value: 11 }),
      set({ parameter: name, region: '3209', from: '2026-01-01', to: '2026-06-30', value: 12 }),
    ];
    const result = overlaid(rule, settings);
    expect(result.misfits).toEqual([]);
    // Of a table by cases each stands once for every case.
    expect([...new Set(rowsOf(result.rule, name).map(({ value }) => value))].slice(0, 2)).toEqual([11, 12]);
    expect(() => sqlOf(result.rule)).not.toThrow();
  });
});

test('two rows for one place and day contradict each other unless one is narrower', () => {
  const row = (rest: Partial<ParameterSetting>) => set({ parameter: 'handlingDays', value: 1, ...rest });
  expect(contradictions([row({}), row({ region: '3209' }), row({ from: '2026-01-01' })])).toEqual([]);
  expect(contradictions([row({ to: '2025-12-31' }), row({ from: '2026-01-01' })])).toEqual([]);
  expect(contradictions([row({ to: '2026-01-01' }), row({ from: '2026-01-01' })])).toEqual([expect.stringContaining('重叠')]);
  expect(contradictions([row({}), row({ value: 2 })])).toHaveLength(1);
  expect(contradictions([row({ from: '2026-02-01', to: '2026-01-01' })])).toEqual([expect.stringContaining('晚于')]);
});
