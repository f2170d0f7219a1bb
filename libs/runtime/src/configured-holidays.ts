import { builtInHolidays, parseHolidays, withHolidays, type YearOfHolidays } from '@tianyan/calendar';
import { RefusedError } from '@tianyan/kernel';
import { existsSync, readFileSync } from 'node:fs';
import type { TianyanConfig } from './config.js';

/**
 * The holidays that count, the same in every process: those shipped, and those of TIANYAN_HOLIDAYS_FILE beside or instead
 * of them, by year. Throws RefusedError, in Chinese, if that file cannot be read or is no list of holidays.
 */
export function configuredHolidays(config: Pick<TianyanConfig, 'holidaysFile'>): YearOfHolidays[] {
  const { holidaysFile } = config;
  if (holidaysFile === null) return builtInHolidays();
  const text = holidaysText(holidaysFile);
  try {
    return withHolidays(builtInHolidays(), parseHolidays(text));
  } catch (error) {
    throw error instanceof RefusedError ? new RefusedError('invalid', `${holidaysFile}：${error.message}`) : error;
  }
}

function holidaysText(file: string): string {
  if (!existsSync(file)) throw new RefusedError('not-found', `没有放假安排文件 ${file}，请检查 TIANYAN_HOLIDAYS_FILE`);
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new RefusedError('not-found', `读不到放假安排文件 ${file}，请检查权限（${String(error)}）`);
  }
}
