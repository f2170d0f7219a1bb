import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from './config.js';
import { configuredHolidays } from './configured-holidays.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tianyan-holidays-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function yearsWith(text: string) {
  const file = join(folder, 'holidays.yaml');
  await writeFile(file, text);
  return configuredHolidays(readConfig({ TIANYAN_HOLIDAYS_FILE: file })).map(({ year }) => year);
}

test('the years of the file stand beside those shipped', async () => {
  const shipped = configuredHolidays(readConfig({})).map(({ year }) => year);
  expect(shipped).toContain(2015);
  const next = `years: [{ year: 2027, notice: 关于2027年的通知, document: 国办发明电〔2026〕9号, off: [2027-01-01], work: [] }]`;
  expect(await yearsWith(next)).toEqual([...new Set([...shipped, 2027])]);
});

test('a file that is not there, or is none of holidays, is refused in Chinese and by name', async () => {
  const missing = readConfig({ TIANYAN_HOLIDAYS_FILE: join(folder, 'none.yaml') });
  expect(() => configuredHolidays(missing)).toThrow(/没有放假安排文件 .*none\.yaml，请检查 TIANYAN_HOLIDAYS_FILE/);
  await expect(yearsWith('years: 5')).rejects.toThrow(/holidays\.yaml：放假安排有误：years/);
});
