import { readFileSync } from 'node:fs';
import { DAY_MS, startOfChinaDayMs, type ChinaDay, chinaDayOf } from '@tianyan/kernel';
import { parse } from 'yaml';
import { z } from 'zod';

const rangeSchema = z.string().regex(/^\d{4}-\d{2}-\d{2}(\.\.\d{4}-\d{2}-\d{2})?$/, '应为 YYYY-MM-DD 或 YYYY-MM-DD..YYYY-MM-DD');

const yearSchema = z.strictObject({
  year: z.int().min(1990).max(2100),
  notice: z.string().min(4),
  off: z.array(rangeSchema),
  work: z.array(z.iso.date()),
});

const holidaysSchema = z.strictObject({ years: z.array(yearSchema) });

/** One year of the State Council's notice: days that depart from "Monday to Friday are worked". */
export interface YearOfHolidays {
  year: number;
  /** Title of the notice. */
  notice: string;
  off: readonly ChinaDay[];
  work: readonly ChinaDay[];
}

/** The days of a range, both ends included. Throws for a range that runs backwards. */
function daysOf(range: string): ChinaDay[] {
  const [from = range, to = from] = range.split('..');
  const days: ChinaDay[] = [];
  for (let atMs = startOfChinaDayMs(from); atMs <= startOfChinaDayMs(to); atMs += DAY_MS) days.push(chinaDayOf(atMs));
  if (days.length === 0) throw new RangeError(`holiday range runs backwards: ${range}`);
  return days;
}

/** Reads holidays from YAML. Throws if a day stands in another year than its own, or both off and worked, or a year is named twice. */
export function parseHolidays(yamlText: string): YearOfHolidays[] {
  const years = holidaysSchema.parse(parse(yamlText)).years.map((entry) => ({ ...entry, off: entry.off.flatMap(daysOf) }));
  const seen = new Set<number>();
  for (const { year, off, work } of years) {
    if (seen.has(year)) throw new RangeError(`holidays of ${year} are given twice`);
    seen.add(year);
    const stray = [...off, ...work].find((day) => !day.startsWith(`${year}-`));
    if (stray) throw new RangeError(`${stray} is listed under ${year}`);
    const both = work.find((day) => off.includes(day));
    if (both) throw new RangeError(`${both} is listed both as off and as worked`);
  }
  return years;
}

/** The holidays shipped with the program. */
export function builtInHolidays(): YearOfHolidays[] {
  return parseHolidays(readFileSync(new URL('../data/holidays.yaml', import.meta.url), 'utf8'));
}
