import { expect, test } from '@jest/globals';
import { compileValue, type ValueSettings } from './values.js';

const settings: ValueSettings = { zone: 'Asia/Shanghai', dates: ['iso'], digest: (text) => text, dateReaders: new Map() };
const read = compileValue('编号', 'code', settings);

test.each(['3.20921E+11', '3E+17'])('%s is no code: its digits are gone', (text) => {
  expect(() => read({ row: { 编号: text }, parent: null })).toThrow('设为“文本”格式');
});

test.each(['320921001001', 'E+11', '1E5', '3.2E+11号'])('%s is a code', (text) => {
  expect(read({ row: { 编号: text }, parent: null })).toBe(text);
});
