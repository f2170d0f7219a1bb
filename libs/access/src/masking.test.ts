import { hotlineOrder, type Contract, type FieldValues } from '@tianyan/contracts';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { maskName, maskNumbers, maskRaw, maskValue } from './index.js';

const order = hotlineOrder as unknown as Contract; // its shape does not matter here

test.each([
  ['联系电话13812345678，请回电', '联系电话138****5678，请回电'],
  ['身份证 32092119900101123X', '身份证 320921********123X'],
  ['座机 0515-86812345', '座机 0515-****2345'],
  ['工单 20260701138123456789', '工单 20260701138123456789'],
])('numbers: %s', (text, masked) => {
  expect(maskNumbers(text)).toBe(masked);
});

test.each([
  ['张三', '张*'],
  ['欧阳小明', '欧***'],
  ['响水县建筑安装公司', '响水******'],
  ['', ''],
])('name: %s', (name, masked) => {
  expect(maskName(name)).toBe(masked);
});

test('fields are covered by their privacy', () => {
  const field = (name: string) => {
    const meta = order.fields[name];
    if (!meta) throw new Error(`no field ${name}`);
    return meta;
  };
  expect(maskValue(field('callerName'), '赵明')).toEqual({ value: '赵*', masked: true });
  expect(maskValue(field('callerPhone'), '13812345678')).toEqual({ value: '138****5678', masked: true });
  expect(maskValue(field('callerKey'), 'abc')).toEqual({ value: '（已遮蔽）', masked: true });
  expect(maskValue(field('content'), '路坏了').masked).toBe(true);
  expect(maskValue(field('title'), '路坏了，致电 13812345678')).toEqual({ value: '路坏了，致电 138****5678', masked: true });
  expect(maskValue(field('orderId'), '13812345678')).toEqual({ value: '13812345678', masked: false });
  expect(maskValue(field('callerName'), null)).toEqual({ value: null, masked: false });
});

describe('raw text', () => {
  const han = fc.integer({ min: 0x4e00, max: 0x9fa5 }).map((code) => String.fromCodePoint(code));
  const name = fc.array(han, { minLength: 2, maxLength: 4 }).map((letters) => letters.join(''));
  const phone = fc
    .tuple(fc.constantFrom('13', '15', '18', '19'), fc.integer({ min: 100_000_000, max: 999_999_999 }))
    .map(([a, b]) => `${a}${b}`);
  const places = fc.array(fc.constantFrom('a', 'note', 'x', 'list', 'inner'), { minLength: 1, maxLength: 4 });

  test('neither name nor number of a known record is left, wherever JSON repeats it', () => {
    fc.assert(
      fc.property(name, phone, places, fc.boolean(), (callerName, callerPhone, path, escaped) => {
        const fields: FieldValues = { callerName, callerPhone };
        const leaf: unknown = {
          says: `${callerName}来电 ${callerPhone}`,
          number: Number(callerPhone),
          both: [callerPhone, callerName],
        };
        const tree = path.reduce((inner, key) => ({ [key]: [inner] }), leaf);
        let raw = JSON.stringify(tree);
        if (escaped) raw = raw.replaceAll(/[\u4e00-\u9fa5]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16)}`);
        const masked = maskRaw(raw, { contract: order, fields });
        expect(masked).not.toContain(callerName);
        expect(masked).not.toContain(callerPhone);
        JSON.parse(masked);
      }),
      { verbose: true },
    );
  });

  test('nor in a line of a spreadsheet', () => {
    fc.assert(
      fc.property(name, phone, (callerName, callerPhone) => {
        const masked = maskRaw(`O1,${callerName},${callerPhone},路面破损`, {
          contract: order,
          fields: { callerName, callerPhone },
        });
        expect(masked).not.toContain(callerName);
        expect(masked).not.toContain(callerPhone);
        expect(masked).toContain('路面破损');
      }),
    );
  });

  test('a record that no contract could read is covered by the names of its fields', () => {
    const masked = maskRaw('{"诉求人":"赵明","callerPhone":13812345678,"orderId":"O1"}', null);
    expect(masked).not.toMatch(/赵明|13812345678/);
    expect(masked).toContain('O1');
  });

  test('what is nested without end is covered, not followed', () => {
    const depth = 5_000;
    const raw = `${'[{"a":'.repeat(depth)}"赵明"${'}]'.repeat(depth)}`;
    expect(maskRaw(raw, null)).not.toContain('赵明');
  });
});
