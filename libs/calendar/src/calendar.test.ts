import { describe, expect, it } from '@jest/globals';
import { isClear, placesOf, spoilt, withUnknownItem, WRONG, type Json } from '@tianyan/contracts/testing';
import { DAY_MS, RefusedError, startOfChinaDayMs } from '@tianyan/kernel';
import fc from 'fast-check';
import { builtInHolidays, calendarLines, parseHolidays, withHolidays, WorkingCalendar } from './index.js';

const calendar = new WorkingCalendar(builtInHolidays());
const at = (text: string) => Date.parse(text);
const endOf = (day: string) => startOfChinaDayMs(day) + DAY_MS;

describe('working days of 2025 and 2026', () => {
  it.each([
    ['5 working days over Spring Festival, the worked Saturday counts', '2026-02-13T09:00:00+08:00', 5, '2026-02-27'],
    ['3 working days over Mid-Autumn', '2026-09-24T09:00:00+08:00', 3, '2026-09-30'],
    ['3 working days over National Day, the worked Saturday counts', '2026-09-30T09:00:00+08:00', 3, '2026-10-10'],
    ['the last millisecond of a day belongs to it', '2026-03-02T23:59:59.999+08:00', 1, '2026-03-03'],
    ['00:00 belongs to the new day', '2026-03-03T00:00:00.000+08:00', 1, '2026-03-04'],
    ['from a day off the next working day is the first', '2025-10-04T12:00:00+08:00', 1, '2025-10-09'],
    ['none: the day itself', '2025-10-04T12:00:00+08:00', 0, '2025-10-04'],
  ])('%s', (_name, from, days, expected) => {
    expect(calendar.addWorkingDays(at(from), days)).toBe(endOf(expected));
  });

  it('knows make-up days and holidays', () => {
    expect(calendar.isWorkingDay('2025-01-26')).toBe(true);
    expect(calendar.isWorkingDay('2025-10-08')).toBe(false);
    expect(calendar.isWorkingDay('2026-02-28')).toBe(true);
    expect(calendar.isWorkingDay('2026-06-19')).toBe(false);
    expect(calendar.workingDaysBetween(at('2026-02-13T09:00:00+08:00'), at('2026-02-24T09:00:00+08:00'))).toBe(2);
    // Published working days of the two years.
    expect(calendar.ordinal('2025-12-31') - calendar.ordinal('2024-12-31')).toBe(248);
    expect(calendar.ordinal('2026-12-31') - calendar.ordinal('2025-12-31')).toBe(248);
  });
});

describe('every year with a notice', () => {
  // Published numbers of working days, compared day by day with two independent public tables when they were entered.
  it.each([
    [2015, 249],
    [2016, 250],
    [2017, 249],
    [2018, 250],
    [2019, 250],
    [2020, 249],
    [2021, 250],
    [2022, 249],
    [2023, 249],
    [2024, 251],
    [2025, 248],
    [2026, 248],
  ])('%i has %i working days', (year, days) => {
    // prettier-ignore
    expect(calendar.ordinal(`${year}-12-31`) - calendar.ordinal(`${year - 1}-12-31`)).toBe(days);
  });

  it.each([
    ['2015-09-03', false, 'the seventieth anniversary of the victory'],
    ['2015-09-06', true, 'the Sunday worked for it'],
    ['2016-02-06', true, 'a Saturday before Spring Festival'],
    ['2018-12-29', true, 'a Saturday of December under the notice of the next year'],
    ['2018-12-31', false, 'a Monday of December under the notice of the next year'],
    ['2019-05-02', false, 'Labour Day as extended in March 2019'],
    ['2019-05-05', true, 'the Sunday worked for that'],
    ['2020-01-31', false, 'Spring Festival as extended in January 2020'],
    ['2020-02-01', false, 'the Saturday that was to be worked before the extension'],
    ['2020-02-03', true, 'the first day after the extension'],
    ['2020-10-08', false, 'National Day and Mid-Autumn together'],
    ['2022-12-31', false, 'a Saturday off anyway'],
    ['2023-06-25', true, 'a Sunday after Dragon Boat'],
    ['2024-02-09', true, 'New Year’s Eve of 2024 was no day off'],
    ['2024-02-18', true, 'a Sunday worked'],
  ])('%s: %s (%s)', (day, worked) => {
    expect(calendar.isWorkingDay(day)).toBe(worked);
  });

  it('names the document of every year', () => {
    for (const { year, document, notice } of builtInHolidays()) {
      expect(notice).toContain(`${year}年`);
      expect(document).toMatch(new RegExp(`^国办发明电〔${year - 1}〕\\d+号$`));
    }
  });
});

describe('year ends', () => {
  it.each([
    ['over New Year 2026', '2025-12-31T17:00:00+08:00', 1, '2026-01-04'],
    ['over New Year 2024, on a weekend', '2023-12-29T17:00:00+08:00', 1, '2024-01-02'],
    ['over the worked Saturday of 2018', '2018-12-28T17:00:00+08:00', 2, '2019-01-02'],
    ['none: 31 December itself', '2025-12-31T23:59:59.999+08:00', 0, '2025-12-31'],
  ])('%s', (_name, from, days, expected) => {
    expect(calendar.addWorkingDays(at(from), days)).toBe(endOf(expected));
  });

  it('the last days of a year rely on the next year’s notice', () => {
    const known = new WorkingCalendar(builtInHolidays().filter(({ year }) => year <= 2025));
    const missing = (from: string, to: string) =>
      known.yearsWithoutNotice(at(`${from}T09:00:00+08:00`), at(`${to}T00:00:00+08:00`));
    expect(missing('2025-12-01', '2025-12-24')).toEqual([]);
    expect(missing('2025-12-01', '2025-12-25')).toEqual([2026]);
    expect(missing('2025-12-31', '2026-01-05')).toEqual([2026]);
    expect(missing('2025-06-01', '2027-01-05')).toEqual([2026, 2027]);
    expect(missing('2014-12-30', '2015-01-02')).toEqual([2014]);
  });
});

describe('unknown years', () => {
  it('counts weekends only, and says so', () => {
    expect(calendar.isWorkingDay('2014-10-01')).toBe(true);
    expect(calendar.isWorkingDay('2014-10-04')).toBe(false);
    expect(calendar.warnings(at('2026-09-30T23:59:59+08:00'))).toEqual([]);
    expect(calendar.warnings(at('2026-10-01T00:00:00+08:00'))).toEqual([expect.stringContaining('还没有 2027 年')]);
    expect(calendar.warnings(at('2026-12-01T12:00:00+08:00'))).toEqual([expect.stringContaining('还没有 2027 年')]);
    expect(calendar.warnings(at('2027-06-01T12:00:00+08:00'))).toEqual([expect.stringContaining('缺少 2027 年')]);
    expect(calendar.warnings(at('2027-10-01T12:00:00+08:00'))).toHaveLength(2);
  });

  it('refuses days outside the calendar instead of guessing', () => {
    expect(() => calendar.ordinal('1989-12-31')).toThrow(RangeError);
    expect(() => calendar.addWorkingDays(at('2040-12-31T12:00:00+08:00'), 1)).toThrow(RangeError);
  });
});

describe('properties', () => {
  it('addWorkingDays agrees with stepping from day to day', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: at('2024-06-01T00:00:00+08:00'), max: at('2027-06-01T00:00:00+08:00') }),
        fc.integer({ min: 1, max: 30 }),
        (fromMs, days) => {
          let left = days;
          let endMs = Math.floor((fromMs + 8 * 3_600_000) / DAY_MS) * DAY_MS - 8 * 3_600_000 + DAY_MS;
          while (left > 0) {
            if (calendar.isWorkingDay(new Date(endMs + 8 * 3_600_000).toISOString().slice(0, 10))) left--;
            endMs += DAY_MS;
          }
          expect(calendar.addWorkingDays(fromMs, days)).toBe(endMs);
        },
      ),
    );
  });
});

describe('data', () => {
  const year = (off: string, work: string, number = 2027) =>
    `{ year: ${number}, notice: 通知全文, document: 国办发明电〔2026〕9号, off: ['${off}'], work: ['${work}'] }`;

  it.each([
    ['a day of another year', `[${year('2026-01-01', '2027-01-02')}]`, /2026-01-01/],
    ['a day of the year after', `[${year('2028-01-01', '2027-01-02')}]`, /2028-01-01/],
    ['a day both off and worked', `[${year('2027-01-02', '2027-01-02')}]`, /2027-01-02 既写为放假/],
    [
      'the same under two years',
      `[${year('2027-12-31', '2027-01-03')}, ${year('2028-01-01', '2027-12-31', 2028)}]`,
      /2027-12-31 既/,
    ],
    ['a year given twice', `[${year('2027-01-01', '2027-01-02')}, ${year('2027-01-01', '2027-01-02')}]`, /2027 年写了两次/],
    ['a range that runs backwards', `[${year('2027-01-03..2027-01-01', '2027-01-09')}]`, /颠倒/],
    ['no number of the document', '[{ year: 2027, notice: 通知全文, off: [], work: [] }]', /document/],
    ['no YAML', '[', /第 \d+ 行/],
  ])('refuses %s', (_name, years, words) => {
    expect(() => parseHolidays(`years: ${years}`)).toThrow(words);
  });

  it('tells in Chinese where a file is wrong, and what is wanted', () => {
    const sound: Json = {
      years: [
        {
          year: 2027,
          notice: '放假通知',
          document: '国办发明电〔2026〕1号',
          changedBy: [{ notice: '调整通知', document: '国办发明电〔2027〕1号' }],
          off: ['2027-01-01..2027-01-03', '2027-05-01'],
          work: ['2027-01-10'],
        },
      ],
    };
    const said = (document: Json): string[] => {
      try {
        parseHolidays(JSON.stringify(document));
        return [];
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        return error.message.split('。每年应写')[0]?.split('；') ?? [];
      }
    };
    expect(said(sound)).toEqual([]);
    const wrong = [
      ...WRONG.flatMap(([, put]) => placesOf(sound).map((place) => spoilt(sound, place, put))),
      ...withUnknownItem(sound).map(({ spoiltDocument }) => spoiltDocument),
    ];
    expect(wrong.flatMap(said).filter((line) => !isClear(line))).toEqual([]);
    expect(said(spoilt(sound, ['years', 0, 'off', 1], '2027-02-30'))).toEqual([
      '放假安排有误：years → 第 1 个 → off → 第 2 个：应为存在的日期，写成 YYYY-MM-DD 或 YYYY-MM-DD..YYYY-MM-DD',
    ]);
    expect(said(spoilt(sound, ['years', 0, 'work', 0], '2027-13-01'))[0]).toContain('应为存在的日期');
    expect(() => parseHolidays('a: &a 1\nb: *a')).toThrow('不能用 YAML 的引用');
    expect(() => parseHolidays('years:\n\t- year: 2027')).toThrow('第 2 行不是合法的 YAML：缩进用了制表符');
  });

  it('takes the years of a county’s file beside those shipped, or in their place', () => {
    const added = parseHolidays(`years: [${year('2026-12-31..2027-01-02', '2027-01-03')}]`);
    const longer = new WorkingCalendar(withHolidays(builtInHolidays(), added));
    expect(longer.isWorkingDay('2026-12-31')).toBe(false);
    expect(longer.isWorkingDay('2027-01-03')).toBe(true);
    expect(longer.isWorkingDay('2026-10-01')).toBe(false);
    expect(longer.warnings(at('2026-12-01T12:00:00+08:00'))).toEqual([]);
    const replaced = parseHolidays(`years: [${year('2026-01-01', '2026-01-03', 2026)}]`);
    expect(new WorkingCalendar(withHolidays(builtInHolidays(), replaced)).isWorkingDay('2026-10-01')).toBe(true);
  });

  it('gives the reference rows: every day once, ordinals without a gap', () => {
    const rows = calendarLines(calendar, 7).map(
      (line) => JSON.parse(line) as { day: string; working: number; ordinal: number; version: number },
    );
    expect(rows[0]).toEqual({ day: '1990-01-01', working: 1, ordinal: 1, version: 7 });
    expect(rows.at(-1)?.day).toBe('2040-12-31');
    for (const [index, row] of rows.entries()) expect(row.ordinal - (rows[index - 1]?.ordinal ?? 0)).toBe(row.working);
  });
});
