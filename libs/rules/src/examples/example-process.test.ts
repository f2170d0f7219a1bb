import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { builtInHolidays } from '@tianyan/calendar';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ruleTexts } from '../index.js';
import { ExampleProcess } from './example-process.js';

const yaml = ruleTexts(null).find(({ rule }) => rule.id === 'completion-rejected-twice')?.yaml ?? '';
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tianyan-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('examples are tried in a process of their own, with the words of check-rules, and nothing is left behind', async () => {
  const examples = new ExampleProcess(builtInHolidays(), folder);
  const right = await examples.tried(yaml);
  expect(right.length).toBeGreaterThan(1);
  expect(right.flatMap(({ differences }) => differences)).toEqual([]);
  const wrong = await examples.tried(yaml.replace('evidence: [e1, e3]', 'evidence: [e1]'));
  expect(wrong.flatMap(({ differences }) => differences)).toEqual(['判断对象 A1：evidence 应为 [e1]，实际为 [e1, e3]']);
  expect(readdirSync(folder)).toEqual([]);
});

test('one that is given up ends at once', async () => {
  const given = new AbortController();
  const reason = new Error('nobody waits');
  const running = new ExampleProcess(builtInHolidays(), folder).tried(yaml, given.signal);
  given.abort(reason);
  await expect(running).rejects.toBe(reason);
  expect(readdirSync(folder)).toEqual([]);
});
