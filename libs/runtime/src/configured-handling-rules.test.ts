import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from './config.js';
import { configuredHandlingRules } from './configured-handling-rules.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tianyan-clue-rules-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function rulesWith(text: string) {
  const file = join(folder, 'clues.yaml');
  await writeFile(file, text);
  return configuredHandlingRules(readConfig({ TIANYAN_CLUE_RULES_FILE: file }));
}

test('the days of the file stand in place of those shipped', async () => {
  const own = await rulesWith(`places: [{ place: county, basis: 县里的办理规定, workingDays: { verifying: 7 } }]`);
  expect(own.workingDays('verifying', null)).toBe(7);
  expect(configuredHandlingRules(readConfig({})).workingDays('verifying', null)).toBe(15);
});

test('a file that is not there, or has another form, is refused in Chinese and by name', async () => {
  const missing = readConfig({ TIANYAN_CLUE_RULES_FILE: join(folder, 'none.yaml') });
  expect(() => configuredHandlingRules(missing)).toThrow(/没有线索办理规定文件 .*none\.yaml，请检查 TIANYAN_CLUE_RULES_FILE/);
  await expect(rulesWith('places: 5')).rejects.toThrow(/clues\.yaml：线索办理规定有误：places/);
});
