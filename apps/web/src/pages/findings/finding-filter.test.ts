import { describe, expect, test } from '@jest/globals';
import { findingFilterSchema } from '@tianyan/console-app/api';
import fc from 'fast-check';
import {
  countFilters,
  listQueryOf,
  queryOf,
  readFilter,
  writeChosen,
  writeFilter,
  type FindingFilter,
} from './finding-filter.js';

const codes = fc.array(
  fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).filter((code) => !code.includes(',')),
  { maxLength: 4 },
);
const day = fc.constantFrom('', '2026-03-05', '1999-12-31');
const filters: fc.Arbitrary<FindingFilter> = fc.record({
  status: codes,
  severity: codes,
  class: codes,
  rule: codes,
  township: codes,
  village: codes,
  unit: codes,
  verdict: codes,
  aside: fc.constantFrom('', 'only'),
  order: fc.constantFrom('', 'newest'),
  group: fc.constantFrom('', 'subject'),
  team: fc.string({ unit: 'grapheme', maxLength: 20 }),
  place: fc.constantFrom('', 'week', 'behind', 'all'),
  subject: fc.string({ unit: 'grapheme', maxLength: 20 }),
  text: fc.string({ unit: 'grapheme', maxLength: 20 }),
  from: day,
  to: day,
});
const NONE = readFilter(new URLSearchParams());

describe('filters in the address', () => {
  test('come back as they were set, through a link that somebody was sent', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        expect(readFilter(new URLSearchParams(writeFilter(filter).toString()))).toEqual(filter);
      }),
    );
  });

  test('leave the address empty where none is set', () => {
    expect(writeFilter(NONE).toString()).toBe('');
    expect(countFilters(NONE)).toBe(0);
  });

  test('that a person has cleared say that all is asked for, and not that somebody has just come', () => {
    expect(writeChosen(NONE).toString()).toBe('place=all');
    expect(queryOf(readFilter(writeChosen(NONE)))).toEqual({});
    expect(writeChosen({ ...NONE, rule: ['a'] }).toString()).toBe('rule=a');
  });

  test('that somebody spoilt are none', () => {
    const spoilt = readFilter(new URLSearchParams('status=,,open,&from=yesterday&to=2026-3-5&other=1'));
    expect(spoilt).toEqual({ ...NONE, status: ['open'] });
  });
});

describe('the query for the API', () => {
  test('of what waits leaves out what is set aside, unless that is asked for', () => {
    expect(queryOf({ ...NONE, status: ['open'] })).toEqual({ status: 'open', aside: 'without' });
    expect(queryOf({ ...NONE, status: ['open'], aside: 'only' })).toEqual({ status: 'open', aside: 'only' });
    expect(queryOf(NONE)).toEqual({});
  });

  test('asks for the greatest risk first, unless the address says otherwise', () => {
    expect(listQueryOf(NONE)).toEqual({ order: 'risk' });
    expect(listQueryOf(readFilter(new URLSearchParams('order=newest')))).toEqual({ order: 'newest' });
  });

  test("of a team's queue names the part of it that is shown", () => {
    expect(queryOf({ ...NONE, team: 't1' })).toEqual({ team: 't1' });
    expect(queryOf({ ...NONE, team: 't1', place: 'behind' })).toEqual({ team: 't1', place: 'behind' });
    expect(queryOf({ ...NONE, place: 'behind' })).toEqual({});
  });

  test('has the last day whole, in China', () => {
    expect(queryOf({ ...NONE, from: '2026-03-05', to: '2026-03-05' })).toEqual({
      fromMs: Date.UTC(2026, 2, 4, 16),
      toMs: Date.UTC(2026, 2, 5, 16),
    });
  });

  test('leaves out what is not set, and blanks', () => {
    expect(queryOf({ ...NONE, text: '  ' })).toEqual({});
    expect(queryOf({ ...NONE, text: ' 修路 ', rule: ['a', 'b'] })).toEqual({ text: '修路', rule: 'a,b' });
  });

  test('is one that the API takes', () => {
    const query = queryOf({ ...NONE, status: ['open', 'promoted'], severity: ['high'], text: '修路', from: '2026-03-05' });
    const asSent = Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));
    expect(findingFilterSchema.parse(asSent)).toMatchObject({ status: ['open', 'promoted'], severity: ['high'], text: '修路' });
  });
});

test('how many filters are set leaves the status out, and counts the two days once', () => {
  const all = { ...NONE, status: ['open'], rule: ['a', 'b'], unit: ['u'], text: 'x', from: '2026-03-05', to: '2026-03-06' };
  expect(countFilters(all)).toBe(4);
});
