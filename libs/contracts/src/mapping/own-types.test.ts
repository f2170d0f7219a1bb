import { expect, test } from '@jest/globals';
import { builtInCatalogue, compileMapping, isSupplied, keyedDigest, readMapping } from '../index.js';

const own = builtInCatalogue.all().filter((contract) => !isSupplied(contract));

test('there are record types of our own, and none of them is offered to sources', () => {
  expect(own.map(({ type }) => type)).toEqual(['platform.finding']);
  expect(builtInCatalogue.supplied().filter((contract) => own.includes(contract))).toEqual([]);
});

test.each(own)('no mapping may write $type: it would forge what the platform says', ({ type, fields }) => {
  const columns = Object.fromEntries(Object.keys(fields).map((name) => [name, { from: name }]));
  const record = { type, id: { from: 'id' }, at: { from: 'at' }, fields: columns };
  const mapping = readMapping(JSON.stringify({ mapping: 'own', label: '试', zone: 'Asia/Shanghai', records: [record] }));
  const options = { source: 'anybody', digest: keyedDigest('a key that is long enough to be one'), clock: { nowMs: () => 0 } };
  expect(() => compileMapping(mapping, builtInCatalogue, options)).toThrow('由平台自己产生，不能从数据源、文件或推送写入');
});
