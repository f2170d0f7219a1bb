import { describe, expect, it } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { isClear, placesOf, spoilt, withUnknownItem, WRONG, type Json } from '@tianyan/contracts/testing';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { compileRules, InvalidRuleError, parseRule } from './index.js';

const shipped = (id: string) =>
  parse(readFileSync(new URL(`../packs/${id}.yaml`, import.meta.url), 'utf8')) as Record<string, Json>;

/** Examples are many and alike: the first with its first two records, and one of all that may be expected, stands for all. */
function shortened(rule: Record<string, Json>): Record<string, Json> {
  const [example] = rule['examples'] as { now: Json; records: Record<string, Json>[] }[];
  const [record, other] = example?.records ?? [];
  const at = example?.now ?? null;
  const expected = {
    scope: (rule['scope'] as string[]).join('|'),
    hit: true,
    occurredAt: at,
    dueAt: at,
    evidence: [record?.['id'] ?? ''],
  };
  return {
    ...rule,
    examples: [
      {
        ...example,
        records: [{ ...record, source: 'hotline', version: 2 }, ...(other ? [other] : [])],
        expect: [{ ...expected, figures: {}, explanation: '工单' }],
      },
    ],
  };
}

/** What no shipped rule of its kind has. */
const MORE: Record<string, Record<string, Json>> = {
  'order-overdue': {
    sources: ['hotline'],
    exceptions: [{ reason: '试点', scope: ['A1'], where: { unitId: { in: ['U1'] } }, from: '2026-01-01', to: '2026-02-01' }],
    parameters: {
      handlingDays: {
        label: '时限',
        unit: '工作日',
        table: [
          { region: '3209', from: '2026-01-01', to: '2026-06-30', when: { category: ['consult'] }, value: 3 },
          { value: 5 },
        ],
      },
    },
    any: [
      {
        of: 'dispatched',
        which: 'first',
        expect: [{ of: 'completed', from: 'anytime' }],
        unless: ['extended'],
        deadline: {
          workingDays: { parameter: 'handlingDays', region: 'townshipCode', day: 'start' },
          details: 'order',
          boundary: 'strict',
        },
        pauses: { of: 'paused', until: 'resumed' },
        extensions: { of: 'extended', to: 'extendedToMs' },
        lateOnly: true,
      },
      { look: 'backward', of: 'dispatched', which: 'each', expect: ['completed'], within: { hours: 4 } },
    ],
  },
  'leased-outside-market': {
    deadline: { calendarDays: 30, from: 'signedOn' },
    all: [
      { of: 'deal', atLeast: 1, compare: [{ field: 'annualFen', is: 'differs', subject: 'annualFen' }] },
      { of: 'deal', sumBelow: { sum: 'annualFen', field: 'totalFen' } },
    ],
  },
};

/** Rules as shipped, and two with what those do not say. */
const RULES = [
  ...['solved-claim-denied', 'order-ping-pong', 'paid-not-mended'].map((id) => [id, shipped(id)] as const),
  ...Object.entries(MORE).map(([id, more]) => [`${id} with more`, { ...shipped(id), ...more }] as const),
];

function problemsOf(rule: Json) {
  try {
    compileRules([parseRule(JSON.stringify(rule))], builtInCatalogue);
  } catch (error) {
    if (error instanceof InvalidRuleError) return error.problems;
    throw error;
  }
  return [];
}

/** Breaks the language, so that the place told must be the one that was spoilt: what fits the language may not fit another place. */
function isMisshapen(rule: Json): boolean {
  try {
    parseRule(JSON.stringify(rule));
    return false;
  } catch (error) {
    if (error instanceof InvalidRuleError) return true;
    throw error;
  }
}

/** The place itself, what it stands in, or something in either: what a clause lacks tells how the others are understood. */
function isNear(place: string, spoiltPlace: string): boolean {
  const around = spoiltPlace.split('.').slice(0, -1).join('.');
  return (
    [spoiltPlace, ...(around.includes('.') ? [around] : [])].some((near) => place === near || place.startsWith(`${near}.`)) ||
    place === around
  );
}

describe.each(RULES)('whatever is spoilt in %s', (_id, whole) => {
  const rule = shortened(whole);

  it('it is sound before', () => {
    expect(problemsOf(rule)).toEqual([]);
  });

  it.each(WRONG)('%s: is told in Chinese, where, and what is wanted', (_what, put) => {
    const unclear: string[] = [];
    const elsewhere: string[] = [];
    let told = 0;
    for (const path of placesOf(rule)) {
      const wrong = spoilt(rule, path, put);
      const problems = problemsOf(wrong);
      const lines = problems.map(({ path: place, message }) => `${path.join('.')} → ${place}：${message}`);
      unclear.push(...lines.filter((_line, i) => !isClear(problems[i]?.message ?? '')));
      const near = problems.some(({ path: place }) => isNear(place, path.join('.')));
      if (!near && isMisshapen(wrong)) elsewhere.push(...lines);
      told += lines.length;
    }
    expect({ unclear, elsewhere }).toEqual({ unclear: [], elsewhere: [] });
    expect(told).toBeGreaterThan(0);
  });

  it('an item too many: is told with those there are', () => {
    const unclear = withUnknownItem(rule).flatMap(({ place, spoiltDocument }) => {
      const problems = problemsOf(spoiltDocument);
      const told = problems.some(({ path, message }) => isNear(path, [...place, 'unknown'].join('.')) && isClear(message));
      return told ? [] : [`${place.join('.')}：${JSON.stringify(problems)}`];
    });
    expect(unclear).toEqual([]);
  });
});

const RULE = shortened({ ...shipped('order-overdue'), ...MORE['order-overdue'] });
const COUNT = shortened(shipped('order-ping-pong'));

describe('what newcomers wrote', () => {
  it.each<[what: string, rule: Json, place: string, put: Json, told: string, message: string]>([
    ['a code without quotes', RULE, 'parameters.handlingDays.table.0.region', 3209, '', '应是文字，这里是数字：请加引号'],
    ['a word that is none of those there are', RULE, 'any.0.which', 'every', '', '只能是 each、first、last'],
    ['one in an either-or', RULE, 'any.0.expect.0.from', 'later', '', '只能是 start、anytime'],
    [
      'a misspelt item in an either-or',
      RULE,
      'any.0.expect.0.form',
      'anytime',
      '',
      '没有这一项，请检查拼写和缩进。可用的有：of、from',
    ],
    ['the word that tells two forms apart', RULE, 'any.1.look', 'back', '', '只能是 backward、forward'],
    [
      'a span without its unit',
      COUNT,
      'any.0.within',
      90,
      '',
      '应是若干“名称: 值”，这里是数字。可用的有：days、hours、minutes、boundary',
    ],
    ['a name too short', RULE, 'examples.0.name', '例', '', '过少，至少 2 个字，这里有 1 个字'],
    ['a scope too long', RULE, 'scope', ['a', 'b', 'c', 'd'], '', '过多，最多 3 项，这里有 4 项'],
    ['a list in one line without brackets', RULE, 'scope', 'orderId', '', '应是列表（每项以 - 开头，或写在 [ ] 里），这里是文字'],
    ['a number of days too large', RULE, 'any.0.deadline', { workingDays: 5_000 }, '.workingDays', '过大，应不超过 3660'],
    ['a text for a number', RULE, 'version', '1', '', '应是整数，这里是文字'],
    ['yes for a text', RULE, 'title', true, '', '应是文字，这里是 true 或 false：请加引号'],
    ['a wrong name', RULE, 'roles', { 'Bad-Name': '甲' }, '.Bad-Name', '名称须以小写字母开头，只含字母和数字，最多 40 个字符'],
    [
      'a list of an example as a value',
      RULE,
      'examples.0.records.0.unitId',
      ['U1'],
      '',
      '应是文字、数字、true 或 false、空着之一',
    ],
  ])('%s', (_what, rule, place, put, told, message) => {
    const path = place.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    expect(problemsOf(spoilt(rule, path, put))).toContainEqual({ path: `${place}${told}`, message });
  });
});

describe('the limits that the guide names are those that are kept', () => {
  const [example] = RULE['examples'] as Record<string, Record<string, Json>[]>[];
  const [record] = example?.['records'] ?? [];
  const [expected] = example?.['expect'] ?? [];
  const times = <T extends Json>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_one, i) => make(i));
  const chars = (count: number) => '长'.repeat(count);

  it.each<[what: string, rule: Json, place: string, most: number, make: (count: number) => Json]>([
    ['例子', RULE, 'examples', 50, (n) => times(n, () => example ?? {})],
    [
      'records',
      RULE,
      'examples.0.records',
      60,
      (n) => times(n, (i) => ({ ...record, id: i === 0 ? (record?.['id'] ?? '') : `r${i}` })),
    ],
    ['expect', RULE, 'examples.0.expect', 20, (n) => times(n, () => expected ?? {})],
    ['title', RULE, 'title', 60, chars],
    ['explanation', RULE, 'explanation', 1_000, chars],
    ['sources', RULE, 'sources', 100, (n) => times(n, (i) => `s${i}`)],
    ['any', RULE, 'any', 5, (n) => times(n, () => (RULE['any'] as Json[])[1] ?? {})],
    ['expect of a clause', RULE, 'any.1.expect', 5, (n) => times(n, () => 'completed')],
    ['unless', RULE, 'any.0.unless', 5, (n) => times(n, () => 'completed')],
    ['where', RULE, 'inputs.completed.where', 20, (n) => times(n, () => ({ action: 'completed' }))],
    ['in', RULE, 'inputs.completed.where', 500, (n) => ({ action: { in: times(n, () => 'completed') } })],
    ['text of a condition', RULE, 'inputs.completed.where', 500, (n) => ({ note: { is: chars(n) } })],
    ['calendarDays', RULE, 'any.0.deadline', 3_660, (n) => ({ calendarDays: n })],
    ['hours of a deadline', RULE, 'any.0.deadline', 3_660, (n) => ({ hours: n })],
    ['office hours of a deadline', RULE, 'any.0.deadline', 3_660, (n) => ({ workingHours: n })],
    ['days of a window', COUNT, 'any.0.within', 3_660, (n) => ({ days: n })],
    ['hours of a window', COUNT, 'any.0.within', 3_660 * 24, (n) => ({ hours: n })],
    ['table', RULE, 'parameters.handlingDays.table', 200, (n) => times(n, () => ({ region: '3209', value: 1 }))],
    ['exceptions', RULE, 'exceptions', 200, (n) => times(n, () => ({ reason: '试点', scope: ['A1'] }))],
    ['scope of an exception', RULE, 'exceptions.0.scope', 500, (n) => times(n, (i) => `A${i}`)],
    ['a name', RULE, 'roles', 40, (n) => ({ ['a'.repeat(n)]: '甲' })],
  ])('%s', (_what, rule, place, most, make) => {
    const path = place.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    const said = (count: number) =>
      problemsOf(spoilt(rule, path, make(count))).filter(({ message }) => /过多|过大|最长|最多/.test(message));
    expect(said(most)).toEqual([]);
    expect(said(most + 1)).not.toEqual([]);
  });
});
