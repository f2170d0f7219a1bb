import { describe, expect, test } from '@jest/globals';
import { LOOK_ALIKES, PERSONAL_TEXTS } from '../testing/index.js';
import { maskName, maskText } from './index.js';

test('the corpus is large enough to mean something', () => {
  expect(PERSONAL_TEXTS.length).toBeGreaterThan(100);
  for (const { text, secrets } of PERSONAL_TEXTS)
    expect([text, secrets.some((secret) => text.includes(secret))]).toEqual([text, true]);
});

test.each(PERSONAL_TEXTS)('nothing personal is left of: $text', ({ text, secrets }) => {
  const masked = maskText(text);
  expect(secrets.filter((secret) => masked.includes(secret))).toEqual([]);
});

test.each(LOOK_ALIKES)('stays as it is: %s', (text) => {
  expect(maskText(text)).toBe(text);
});

test('personal data is found anywhere in a long text, and in the middle of other words', () => {
  const filler = '路面破损，多次反映没有结果。'.repeat(3_000);
  for (const { text, secrets } of PERSONAL_TEXTS.slice(0, 5)) {
    const masked = maskText(`${filler}${text}。${filler}`);
    expect(secrets.filter((secret) => masked.includes(secret))).toEqual([]);
  }
});

test.each([
  ['digits and gaps', '1 '.repeat(20_000)],
  ['digits', '1'.repeat(40_000)],
  ['letters', 'a'.repeat(40_000)],
  ['an address without end', '东'.repeat(40_000)],
  ['cue after cue', '联系人'.repeat(12_000)],
  ['blanks', ' '.repeat(40_000)],
  ['at signs', 'a@'.repeat(20_000)],
])('a hostile text costs no seconds: %s', (_, text) => {
  const before = process.cpuUsage();
  maskText(text);
  const { user } = process.cpuUsage(before);
  expect(user / 1000).toBeLessThan(2_000);
});

describe('what is shown instead', () => {
  test.each([
    ['联系电话13812345678，请回电', '联系电话138****5678，请回电'],
    ['身份证 32092119900101123X', '身份证 320921********123X'],
    ['座机 0515-86812345', '座机 0515-****2345'],
    ['苏J4K217 违停', '苏J**** 违停'],
    ['联系人王建国，已答复', '联系人王**，已答复'],
  ])('%s', (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });

  test.each([
    ['张三', '张*'],
    ['欧阳小明', '欧***'],
    ['响水县建筑安装公司', '响水******'],
    ['', ''],
  ])('name: %s', (name, masked) => {
    expect(maskName(name)).toBe(masked);
  });
});

test('what is known to be personal is covered in any text, what is known to be a code is kept', () => {
  const options = { covers: [['爨氏', '爨*']] as const, keep: ['13812345678'] };
  expect(maskText('13812345678 号由爨氏提出，电话 13812345679', options)).toBe('13812345678 号由爨*提出，电话 138****5679');
});
