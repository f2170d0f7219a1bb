import { builtInHolidays, parseHolidays, withHolidays, type YearOfHolidays } from '@tianyan/calendar';
import { RefusedError } from '@tianyan/kernel';
import { readFileSync } from 'node:fs';
import type { TianyanConfig } from './config.js';

/**
 * The holidays that count, the same in every process: those shipped, and those of TIANYAN_HOLIDAYS_FILE beside or instead
 * of them, by year. Throws RefusedError, in Chinese, if that file cannot be read or is no list of holidays.
 */
export function configuredHolidays(config: Pick<TianyanConfig, 'holidaysFile'>): YearOfHolidays[] {
  const { holidaysFile } = config;
  if (holidaysFile === null) return builtInHolidays();
  let text: string;
  try {
    text = readFileSync(holidaysFile, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RefusedError('not-found', `读不到放假安排文件 ${holidaysFile}（TIANYAN_HOLIDAYS_FILE）：${why}`);
  }
  try {
    return withHolidays(builtInHolidays(), parseHolidays(text));
  } catch (error) {
    throw error instanceof RefusedError ? new RefusedError('invalid', `${holidaysFile}：${error.message}`) : error;
  }
}
