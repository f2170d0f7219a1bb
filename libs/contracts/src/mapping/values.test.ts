import { describe, expect, jest, test } from '@jest/globals';
import { ManualClock } from '@tianyan/kernel';
import { builtInCatalogue, compileMapping, keyedDigest, readMapping, type MappedRow } from '../index.js';

const mapping = (fields: Readonly<Record<string, unknown>>, more: object = {}) =>
  readMapping(
    JSON.stringify({
      mapping: 'payments',
      label: '流水',
      dates: ['yyyy-M-d', 'yyyy/M/d', 'iso'],
      ...more,
      records: [
        {
          type: 'assets.payment',
          id: '凭证号',
          at: '日期',
          fields: {
            voucherId: '凭证号',
            townshipCode: { value: '320921001' },
            villageCode: '村代码',
            direction: { value: 'out' },
            amountFen: { from: '金额', as: 'yuan' },
            account: { value: '其他' },
            summary: { from: '摘要', default: '' },
            counterparty: '对方户名',
            projectId: '项目编号',
            ...fields,
          },
        },
      ],
    }),
  );

const ROW = { 凭证号: 'V1', 日期: '2026-03-05', 村代码: '320921001001', 金额: '10', 摘要: '修路', 对方户名: '某公司' };

function map(
  row: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, unknown>> = {},
  more: object = {},
): MappedRow {
  const options = { source: 'test', digest: keyedDigest('k'.repeat(32)), clock: new ManualClock(Date.UTC(2026, 2, 10)) };
  const all = { ...ROW, ...row };
  return compileMapping(mapping(fields, more), builtInCatalogue, options).map(all, JSON.stringify(all));
}
const fieldOf = (mapped: MappedRow, name: string) => mapped.records[0]?.record.fields?.[name];
const reasonsOf = (mapped: MappedRow) => mapped.refusals.flatMap(({ problems }) => problems.map(({ reason }) => reason));

describe('a code', () => {
  test.each(['3.20921E+11', '3.2E+11', '3E+11', '1.2e-05'])('%s has lost its digits and is refused', (text) => {
    expect(reasonsOf(map({ 村代码: text }))).toEqual([expect.stringContaining('设为“文本”格式')]);
  });

  test('of more than fifteen digits that was stored as a number is refused', () => {
    expect(reasonsOf(map({ 凭证号: 320921199001011200 }))[0]).toContain('超过 15 位');
    expect(fieldOf(map({ 凭证号: 999_999_999_999_999 }), 'voucherId')).toBe('999999999999999');
  });

  test('that only looks a little like it is taken', () => {
    for (const text of ['3E12', '2E5', 'E+11', 'HT-2026E+1'])
      expect([text, fieldOf(map({ 凭证号: text }), 'voucherId')]).toEqual([text, text]);
  });

  test('in an id or digest made of several is looked at as well', () => {
    const refused = map({ 电话: '1.39E+10' }, { projectId: { digest: ['电话', '摘要'] } });
    expect(reasonsOf(refused)).toEqual([expect.stringContaining('科学记数法')]);
  });

  test.each([
    ['="001234"', '001234'],
    ["'320921001001", '320921001001'],
    ['="a""b"', 'a"b'],
    ["'甲", "'甲"],
  ])('loses the guard of a spreadsheet: %s', (text, expected) => {
    expect(fieldOf(map({ 凭证号: text }), 'voucherId')).toBe(expected);
  });
});

describe('a word for nothing', () => {
  test.each(['null', 'NULL', String.raw`\N`, '-', '--', '—', '——', '/', ' - ', '(null)'])('%s is empty', (text) => {
    expect(fieldOf(map({ 对方户名: text }), 'counterparty')).toBeNull();
    expect(reasonsOf(map({ 金额: text }))).toEqual(['必填，但没有内容']);
  });

  test('无 says nothing of an amount or a date, and something in a text', () => {
    expect(reasonsOf(map({ 金额: '无' }))).toEqual(['必填，但没有内容']);
    expect(fieldOf(map({ 摘要: '无' }), 'summary')).toBe('无');
  });

  test('that the mapping gives a meaning has it, in its values and in its conditions', () => {
    expect(fieldOf(map({ 摘要: '-' }, { summary: { from: '摘要', values: { '-': '未填' } } }), 'summary')).toBe('未填');
    expect(map({ 摘要: '-' }, {}, { skip: { from: '摘要', is: '-' } }).records).toEqual([]);
    expect(map({ 摘要: '-' }, {}, { skip: { from: '摘要', present: false } }).records).toEqual([]);
  });

  test('can be named by the mapping instead of the usual ones', () => {
    const more = { empty: ['未填'] };
    expect(fieldOf(map({ 对方户名: '未填' }, {}, more), 'counterparty')).toBeNull();
    expect(fieldOf(map({ 对方户名: '/' }, {}, more), 'counterparty')).toBe('/');
  });
});

describe('an amount', () => {
  test.each<[string | number, number]>([
    ['1,234.50', 123450],
    ['（1,234.50）', -123450],
    ['(5)', -500],
    ['(¥5.00元)', -500],
    ['１，２３４', 123400],
    [0.1 + 0.2, 30],
    ['-0.00', 0],
    [1234.56, 123456],
  ])('%s is read exactly', (text, fen) => {
    expect(fieldOf(map({ 金额: text }), 'amountFen')).toBe(fen);
  });

  test.each<[string | number]>([['12.345'], [12.345], ['0.001'], [1 / 3]])(
    'finer than a fen (%s) is refused unless the mapping says how to round',
    (value) => {
      expect(reasonsOf(map({ 金额: value }))).toEqual([expect.stringContaining('rounding')]);
    },
  );

  test.each<[string | number, number, number]>([
    ['12.345', 1235, 1234],
    [12.345, 1235, 1234],
    ['-12.345', -1235, -1234],
    ['0.004', 0, 0],
  ])('%s rounded half up is %d, cut off %d', (value, halfUp, floor) => {
    const rounded = (rounding: string) =>
      fieldOf(map({ 金额: value }, { amountFen: { from: '金额', as: 'yuan', rounding } }), 'amountFen');
    expect([rounded('half-up'), rounded('floor')]).toEqual([halfUp, floor]);
  });

  test('in scientific notation is no amount', () => {
    expect(reasonsOf(map({ 金额: '1.2E+05' }))[0]).toContain('科学记数法');
  });
});

describe('an instant', () => {
  test.each(['17:30', '17:30:00', 'T17:30', '173000', '8:30', '2026', '202603', '2026-03', '2026-W10-4', '2026064'])(
    '%s names no day and is refused',
    (text) => {
      expect(reasonsOf(map({ 日期: text }))).toEqual([expect.stringContaining('不是存在的日期时间')]);
    },
  );

  test('a format without a day is a mistake of the mapping', () => {
    expect(() => map({}, {}, { dates: ['HH:mm'] })).toThrow('必须同时有年（yyyy）、月（M）、日（d）');
    expect(() => map({}, {}, { dates: ['yyyy-MM'] })).toThrow('必须同时有年');
  });

  test('in the hour that a clock put back has twice is the first one, whatever the season in which it is read', () => {
    for (const today of ['2026-01-15', '2026-07-15']) {
      jest.useFakeTimers({ now: Date.parse(today) });
      try {
        const { records } = map({ 日期: '2015-11-01T01:30:00' }, {}, { zone: 'America/New_York' });
        expect(records[0]?.record.atMs).toBe(Date.parse('2015-11-01T01:30:00-04:00'));
      } finally {
        jest.useRealTimers();
      }
    }
  });

  test('with a day is read', () => {
    for (const text of ['2026-03-05T17:30', '20260305', '2026/3/5']) expect(reasonsOf(map({ 日期: text }))).toEqual([]);
  });
});

describe('an amount with its unit in the cell', () => {
  const MIXED = {
    choose: [
      { when: { from: '金额', contains: '万' }, take: { from: '金额', text: [{ before: '万' }], as: 'wan-yuan' } },
      { when: { from: '金额', present: true }, take: { from: '金额', as: 'yuan' } },
    ],
  };
  const IN_WAN = { from: '金额', as: 'wan-yuan' };
  const BEFORE_WAN = { from: '金额', text: [{ before: '万' }], as: 'wan-yuan' };

  test.each<[cell: string, spec: unknown, fen: number]>([
    ['35000元', { from: '金额', as: 'yuan' }, 3_500_000],
    ['3.5', IN_WAN, 3_500_000],
    ['3.5万', BEFORE_WAN, 3_500_000],
    ['3.5 万元', BEFORE_WAN, 3_500_000],
    ['3.5万元', MIXED, 3_500_000],
    ['35000元', MIXED, 3_500_000],
    ['35,000.00', MIXED, 3_500_000],
  ])('%s is read as the mapping says: %j', (cell, spec, fen) => {
    expect(fieldOf(map({ 金额: cell }, { amountFen: spec }), 'amountFen')).toBe(fen);
  });

  test.each<[cell: string, spec: unknown, words: string]>([
    ['3.5万', { from: '金额', as: 'yuan' }, '“万”“亿”不会自动换算'],
    ['3.5万元', IN_WAN, '“万”“亿”不会自动换算'],
    ['1亿元', MIXED, '“万”“亿”不会自动换算'],
    ['35000元', IN_WAN, '格子里写着“元”'],
    ['(35000 元)', IN_WAN, '格子里写着“元”'],
    ['35元', { from: '金额', as: 'fen' }, '格子里写着“元”'],
    ['三万', { from: '金额', as: 'yuan' }, '不是数字'],
  ])('%s is refused where it would be another amount: %j', (cell, spec, words) => {
    expect(reasonsOf(map({ 金额: cell }, { amountFen: spec }))).toEqual([expect.stringContaining(words)]);
  });

  test('a unit in a column of its own is multiplied with', () => {
    const spec = { from: '金额', as: 'yuan', times: { from: '单位', factors: { 元: 1, 万元: 10_000, 亿元: 100_000_000 } } };
    expect(fieldOf(map({ 金额: '3.5', 单位: '万元' }, { amountFen: spec }), 'amountFen')).toBe(3_500_000);
    expect(fieldOf(map({ 金额: '1.2', 单位: '亿元' }, { amountFen: spec }), 'amountFen')).toBe(12_000_000_000);
  });
});

describe('an error value of a spreadsheet', () => {
  test.each(['#N/A', '#REF!', '#DIV/0!'])(
    '%s is nobody: refused where something must stand, empty with a note elsewhere',
    (text) => {
      expect(reasonsOf(map({ 凭证号: text }))[0]).toContain('错误值');
      const mapped = map({ 对方户名: text });
      expect(fieldOf(mapped, 'counterparty')).toBeNull();
      expect(mapped.notes.map(({ label, raw }) => [label, raw])).toEqual([['对方户名', text]]);
    },
  );
});

describe('a mapping that cannot be read says in Chinese where and what', () => {
  const wrong = (change: (document: { records: Record<string, unknown>[] } & Record<string, unknown>) => void) => {
    const document = { ...mapping({}) } as unknown as Parameters<typeof change>[0]; // to be spoilt
    const copy = structuredClone(document);
    change(copy);
    return () => readMapping(JSON.stringify(copy));
  };

  test('an unknown member of a value, with those there are', () => {
    expect(wrong(({ records }) => (records[0] = { ...records[0], at: { form: '日期' } }))).toThrow(
      /records → 第 1 个 → at：没有 form 这样的项.*可用的有：from、value、join/s,
    );
  });

  test('a value that is none', () => {
    expect(wrong(({ records }) => (records[0] = { ...records[0], id: 5 }))).toThrow(/records → 第 1 个 → id：.*取值写成列名/s);
  });

  test('a missing part, an unknown one, an empty list', () => {
    expect(wrong((document) => delete document['label'])).toThrow('label：缺少这一项');
    expect(wrong((document) => (document['lable'] = 'x'))).toThrow(/没有 lable 这样的项.*可用的有：mapping、label/s);
    expect(wrong((document) => (document.records = []))).toThrow('records：不能是空的');
  });

  test.each([
    ['not closed', 'mapping: [a\nlabel: b', '不是有效的 YAML：第 2 行附近，'],
    ['a name twice', 'label: a\nlabel: b', '不是有效的 YAML：第 2 行附近，同一个名称写了两次'],
    ['a tab', 'file:\n\theader: [a]', '不是有效的 YAML：第 2 行附近，缩进用了制表符，请改成空格'],
    ['two colons', 'label: a: b', '不是有效的 YAML：第 1 行附近，一行里有两个冒号'],
    ['a quote that is open', "label: 'a", '不是有效的 YAML：第 1 行附近，引号、括号没有成对'],
    ['an unknown reference', 'label: *a', '不是有效的 YAML：以 *、& 开头的文字要加引号'],
    ['too many references', `a: &a [1]\nb: [${'*a,'.repeat(200)}]\nc: &c [${'*a,'.repeat(50)}]`, '不是有效的 YAML：'],
    ['nothing', '', '整个映射：应是若干“名称: 值”，这里是空的。可用的有：mapping、label'],
  ])('no YAML: %s', (_what, text, words) => {
    expect(() => readMapping(text)).toThrow(words);
  });

  test('no word of English is left', () => {
    for (const spoil of [
      wrong(({ records }) => (records[0] = { ...records[0], fields: 7 })),
      wrong(({ records }) => (records[0] = { ...records[0], type: '' })),
      wrong((document) => (document['file'] = { header: [], delimiter: ';;' })),
      wrong((document) => (document['mapping'] = 'A B')),
    ])
      expect(spoil).toThrow(/^映射有误：\n(?!.*(Invalid|expected|Too small|string|>=))/s);
  });
});
