import { readFileSync } from 'node:fs';
import { placeOf, plainIssues, wordsFor, yamlMistake } from '@tianyan/contracts';
import { DAY_MS, RefusedError, startOfChinaDayMs, type ChinaDay, chinaDayOf } from '@tianyan/kernel';
import { parseDocument, type Document } from 'yaml';
import { z } from 'zod';

const daySchema = z.iso.date('应为存在的日期，写成 YYYY-MM-DD');
const rangeSchema = z
  .string()
  .refine(
    (range) => range.split('..').length <= 2 && range.split('..').every((day) => daySchema.safeParse(day).success),
    '应为存在的日期，写成 YYYY-MM-DD 或 YYYY-MM-DD..YYYY-MM-DD',
  );

/** A notice of the State Council, and its number (发文字号). */
const sourceSchema = z.strictObject({ notice: z.string().min(4), document: z.string().min(4) });

const yearSchema = z.strictObject({
  year: z.int().min(1990).max(2100),
  ...sourceSchema.shape,
  changedBy: z.array(sourceSchema).default([]),
  off: z.array(rangeSchema),
  work: z.array(daySchema),
});

const holidaysSchema = z.strictObject({ years: z.array(yearSchema) });

/** One year of the State Council's notice: days that depart from "Monday to Friday are worked". */
export interface YearOfHolidays {
  year: number;
  /** Title of the notice. */
  notice: string;
  /** Its number, such as 国办发明电〔2025〕7号. */
  document: string;
  /** Later documents whose changes `off` and `work` already hold. */
  changedBy: readonly { notice: string; document: string }[];
  /** Days of the year, or of the December before: a notice swaps the weekends around New Year's Day. */
  off: readonly ChinaDay[];
  work: readonly ChinaDay[];
}

/** Mistakes named at once; a file of another form has one in every line. */
const SHOWN_PROBLEMS = 5;

/** The days of a range, both ends included. Throws for a range that runs backwards. */
function daysOf(range: string): ChinaDay[] {
  const [from = range, to = from] = range.split('..');
  const days: ChinaDay[] = [];
  for (let atMs = startOfChinaDayMs(from); atMs <= startOfChinaDayMs(to); atMs += DAY_MS) days.push(chinaDayOf(atMs));
  if (days.length === 0) throw refused(`${range} 的起止日期颠倒`);
  return days;
}

/** Longest text of a county's file of holidays: sixty years of notices. */
export const MAX_HOLIDAYS_CHARS = 256 * 1024;

/**
 * Reads holidays from YAML. Throws RefusedError, in Chinese, if the text has another form, a day stands neither in its year
 * nor in the December before, or a year is named twice.
 */
export function parseHolidays(yamlText: string): YearOfHolidays[] {
  const years = parsedYears(yamlText).map((entry) => ({ ...entry, off: entry.off.flatMap(daysOf) }));
  const seen = new Set<number>();
  for (const { year, off, work } of years) {
    if (seen.has(year)) throw refused(`${year} 年写了两次`);
    seen.add(year);
    const stray = [...off, ...work].find((day) => !day.startsWith(`${year}-`) && !day.startsWith(`${year - 1}-12-`));
    if (stray) throw refused(`${stray} 写在 ${year} 年下，应为该年或上一年 12 月的日期`);
  }
  return assertConsistent(years);
}

/** The years of a county's file beside those before it; a year that both have is taken from the file. */
export function withHolidays(before: readonly YearOfHolidays[], own: readonly YearOfHolidays[]): YearOfHolidays[] {
  const replaced = new Set(own.map(({ year }) => year));
  return assertConsistent([...before.filter(({ year }) => !replaced.has(year)), ...own].toSorted((a, b) => a.year - b.year));
}

/** The holidays shipped with the program. */
export function builtInHolidays(): YearOfHolidays[] {
  return parseHolidays(readFileSync(new URL('../data/holidays.yaml', import.meta.url), 'utf8'));
}

function refused(problem: string): RefusedError {
  return new RefusedError('invalid', `放假安排有误：${problem}`);
}

function parsedYears(yamlText: string): z.output<typeof holidaysSchema>['years'] {
  if (yamlText.length > MAX_HOLIDAYS_CHARS) throw refused(`全文不能超过 ${MAX_HOLIDAYS_CHARS} 个字符`);
  const document = parseDocument(yamlText, { uniqueKeys: true });
  const [mistake] = document.errors;
  if (mistake) throw refused(`第 ${mistake.linePos?.[0].line ?? 1} 行不是合法的 YAML：${yamlMistake(mistake)}`);
  const result = holidaysSchema.safeParse(valueOf(document), { error: wordsFor });
  if (result.success) return result.data.years;
  const words = plainIssues(result.error)
    .slice(0, SHOWN_PROBLEMS)
    .map(({ path, message }) => `${path.length === 0 ? '全文' : placeOf(path)}：${message}`);
  throw refused(`${words.join('；')}。每年应写 year、notice（通知名称）、document（文号）、off（放假）、work（调休上班）`);
}

function valueOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw refused('不能用 YAML 的引用（*名称），请把日期写出来');
  }
}

/** Two notices may speak of one December, but not say the opposite. */
function assertConsistent(years: YearOfHolidays[]): YearOfHolidays[] {
  const off = new Set(years.flatMap((year) => year.off));
  const both = years.flatMap((year) => year.work).find((day) => off.has(day));
  if (both) throw refused(`${both} 既写为放假，又写为上班`);
  return years;
}
