import { builtInCatalogue, checkMapping, columnUses, hotlineOrder, type Contract, type FieldValues } from '@tianyan/contracts';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { PERSONAL_TEXTS } from '../testing/index.js';
import { coversOf, coversOfRow, maskReason, maskRow, maskValue, UNKNOWN_COLUMN } from './index.js';

const order = hotlineOrder as unknown as Contract; // its shape does not matter here

const ORDERS = checkMapping({
  mapping: 'orders',
  label: '工单',
  public: ['版面'],
  records: [
    {
      type: 'hotline.order',
      id: 'gdbh',
      at: 'slsj',
      fields: {
        orderId: 'gdbh',
        title: 'gdbt',
        content: 'gdnr',
        channel: 'slqd',
        category: { value: 'help' },
        matter: { value: 'road' },
        callerName: 'lxr',
        callerPhone: 'lxdh',
        callerKey: { digest: ['lxdh', 'zjhm'] },
        confidential: { value: false },
        urgency: { value: 'normal' },
        status: 'bjzt',
        reply: 'jg.cljg',
      },
    },
    {
      type: 'hotline.order-event',
      each: 'lc',
      id: 'lzid',
      at: 'clsj',
      fields: { orderId: '^gdbh', action: { value: 'signed' }, operator: 'czr', note: 'bz' },
    },
  ],
});
const uses = columnUses([ORDERS], builtInCatalogue);
const ROW = {
  gdbh: '20260701138123456789',
  slsj: '2026-07-01 08:30:00',
  gdbt: '爨永明反映路灯不亮',
  gdnr: '爨永明说路灯坏了',
  slqd: '电话',
  lxr: '爨永明',
  lxdh: 13705104826,
  zjhm: '某种号码48213',
  bjzt: '办理中',
  jg: { cljg: '已电话13705104826告知爨永明', 批示: '请王刚处理' },
  投诉人: '爨永明',
  家庭地址: '城西路48号',
  银行卡号: '1234',
  版面: '第三版',
  lc: [{ lzid: 'E1', clsj: '2026-07-01 09:00:00', czr: '单于红', bz: '单于红已联系', 内部意见: '不要外传' }],
};
const masked = JSON.parse(maskRow(JSON.stringify(ROW), uses)) as typeof ROW;

describe('a raw row', () => {
  test('is shown by what its mapping makes of each column, whatever the column is called', () => {
    expect(masked).toMatchObject({ gdbh: ROW.gdbh, slsj: ROW.slsj, slqd: '电话', bjzt: '办理中' });
    expect(masked).toMatchObject({ lxr: '爨**', lxdh: '137****4826', gdnr: '（个人信息已遮蔽，共 8 字）', zjhm: '（已遮蔽）' });
    expect(masked.lc[0]).toMatchObject({ lzid: 'E1', czr: '单**' });
  });

  test('shows no column that nobody has described, unless the mapping declares it public', () => {
    expect(masked).toMatchObject({ 投诉人: UNKNOWN_COLUMN, 家庭地址: UNKNOWN_COLUMN, 银行卡号: UNKNOWN_COLUMN, 版面: '第三版' });
    expect(masked.jg.批示).toBe(UNKNOWN_COLUMN);
    expect(masked.lc[0]?.内部意见).toBe(UNKNOWN_COLUMN);
  });

  test('shows no closed value where another column repeats it', () => {
    expect(masked.gdbt).toBe('爨**反映路灯不亮');
    expect(masked.jg.cljg).toBe('已电话137****4826告知爨**');
    expect(masked.lc[0]?.bz).toBe('单**已联系');
  });

  test('is closed whole where no mapping is known, and where its columns cannot be told apart', () => {
    const closed = maskRow(JSON.stringify(ROW), columnUses([], builtInCatalogue));
    expect(closed).not.toMatch(/爨|永明|137|城西|办理中|单于/);
    expect(maskRow('O1,爨永明,13705104826,路面破损', uses)).toMatch(/^（内容无法按列识别，已遮蔽，共 \d+ 字）$/);
    expect(maskRow('"爨永明"', uses)).not.toContain('爨');
  });

  test('that was refused may hold anything in any column', () => {
    const shifted = JSON.stringify({
      gdbh: 'O1',
      slqd: '联系人王建国 13705104826',
      bjzt: '联系人王建国 13705104826',
      slsj: '爨永明',
    });
    expect(maskRow(shifted, uses, { refused: true })).not.toMatch(/建国|0510/);
    const told = JSON.stringify({ gdbh: 'O1', gdbt: '书记收了红包', jg: { cljg: '已转办' }, bjzt: '办理中' });
    expect(JSON.parse(maskRow(told, uses, { refused: true }))).toEqual({
      gdbh: 'O1',
      gdbt: '（已遮蔽）',
      jg: { cljg: '（已遮蔽）' },
      bjzt: '办理中',
    });
  });

  test('is covered, not followed, where it is nested without end', () => {
    const depth = 5_000;
    expect(maskRow(`${'[{"a":'.repeat(depth)}"爨永明"${'}]'.repeat(depth)}`, uses)).not.toContain('爨');
  });

  test('with a value for a name shows neither', () => {
    expect(maskRow(JSON.stringify({ '13705104826': 'x', ['长'.repeat(60)]: 'y' }), uses)).not.toMatch(/0510|长长/);
  });

  test('does not show the corpus in any column', () => {
    for (const { text, secrets } of PERSONAL_TEXTS) {
      const raw = JSON.stringify({ gdbt: text, gdnr: text, 备注: text, jg: { cljg: text }, lc: [{ bz: text, x: text }] });
      const shown = maskRow(raw, uses);
      expect([text, secrets.filter((secret) => shown.includes(secret))]).toEqual([text, []]);
    }
  });

  const han = fc.integer({ min: 0x4e00, max: 0x9fa5 }).map((code) => String.fromCodePoint(code));
  test('leaves no name of a person, wherever it is repeated and however it is escaped', () => {
    const name = fc.array(han, { minLength: 2, maxLength: 4 }).map((letters) => letters.join(''));
    fc.assert(
      fc.property(name, fc.constantFrom('gdbt', 'gdnr', 'slqd', 'note'), fc.boolean(), (callerName, column, escaped) => {
        let raw = JSON.stringify({ lxr: callerName, [column]: `${callerName}来过`, lc: [{ bz: `与${callerName}谈过` }] });
        if (escaped) raw = raw.replaceAll(/[\u4e00-\u9fa5]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16)}`);
        const shown = maskRow(raw, uses);
        expect(shown).not.toContain(callerName);
        JSON.parse(shown);
      }),
      { verbose: true },
    );
  });
});

describe('what a mapping makes of its columns', () => {
  test('a column that enters a digest alone is closed; one that a field reads too is what the field is', () => {
    expect(uses.get('zjhm')?.kind).toBe('digest');
    expect(uses.get('lxdh')).toMatchObject({ kind: 'field' });
  });

  test('paths of elements and of their parents are found', () => {
    expect(uses.get('lc.bz')?.kind).toBe('field');
    expect(uses.get('gdbh')?.kind).toBe('field');
  });
});

test('the reason of a refusal does not quote the cell', () => {
  const reason = '金额：不是数字（原文：爨永明）；（家住城西路48号））；村：必填，但没有内容';
  const shown = maskReason(reason);
  expect(shown).toBe('金额：不是数字（原文已遮蔽）；村：必填，但没有内容');
  expect(maskReason('金额：不是数字（原文：爨永明')).toBe('金额：不是数字（原文已遮蔽）');
  expect(maskReason('姓名 爨永明 有误', { covers: coversOfRow(JSON.stringify(ROW), uses) })).toBe('姓名 爨** 有误');
});

describe('fields', () => {
  const field = (name: string) => {
    const meta = order.fields[name];
    if (!meta) throw new Error(`no field ${name}`);
    return meta;
  };

  test('are covered by their privacy', () => {
    expect(maskValue(field('callerName'), '赵明')).toEqual({ value: '赵*', masked: true });
    expect(maskValue(field('callerPhone'), '13812345678')).toEqual({ value: '138****5678', masked: true });
    expect(maskValue(field('callerKey'), 'abc')).toEqual({ value: '（已遮蔽）', masked: true });
    expect(maskValue(field('content'), '路坏了').masked).toBe(true);
    expect(maskValue(field('title'), '路坏了，致电 13812345678')).toEqual({ value: '路坏了，致电 138****5678', masked: true });
    expect(maskValue(field('orderId'), '13812345678')).toEqual({ value: '13812345678', masked: false });
    expect(maskValue(field('callerName'), null)).toEqual({ value: null, masked: false });
  });

  test('a telephone that is none, or has a name beside it, is covered all the same', () => {
    for (const text of ['86317429', '138123456', '赵明 13812345678', '无', '13812345678/赵明']) {
      const { value } = maskValue(field('callerPhone'), text);
      expect(value).not.toMatch(/8631|1381234|赵/);
    }
  });

  test('known values are covered in the texts of other records', () => {
    const fields: FieldValues = { callerName: '爨永明', callerPhone: '8631742' };
    expect(maskValue(field('title'), '爨永明 8631742 反映', { covers: coversOf([{ contract: order, fields }]) }).value).toBe(
      '爨** ****42 反映',
    );
  });
});

describe('the credit code of a firm', () => {
  const FIRM = '91320921MA1ABCDE16';
  const SOLE_TRADER = '92320921MA1ABCDE13';
  const IDENTITY_NUMBER = '321112198001010087';
  const invoice = builtInCatalogue.get('assets.invoice');
  const meta = invoice.fields['sellerCreditCode'];
  const rows = columnUses(
    [
      checkMapping({
        mapping: 'invoices',
        label: '票据',
        records: [
          {
            type: 'assets.invoice',
            id: 'hm',
            at: 'rq',
            fields: {
              invoiceNo: 'hm',
              townshipCode: { value: 'T1' },
              villageCode: { value: 'V1' },
              seller: 'kpf',
              sellerCreditCode: 'dm',
              amountFen: { from: 'je', as: 'yuan' },
              issuedOn: 'rq',
            },
          },
        ],
      }),
    ],
    builtInCatalogue,
  );

  test('is shown, and that of a sole trader, or what is none, is not', () => {
    if (!meta) throw new TypeError('no such field');
    expect(maskValue(meta, FIRM)).toEqual({ value: FIRM, masked: false });
    for (const closed of [SOLE_TRADER, IDENTITY_NUMBER, '甲乙丙'])
      expect([closed, maskValue(meta, closed).masked, maskValue(meta, closed).value]).not.toContain(false);
    expect(JSON.stringify([SOLE_TRADER, IDENTITY_NUMBER].map((closed) => maskValue(meta, closed)))).not.toMatch(/MA1ABCDE|1980/);
  });

  test('is covered in a raw row and in texts alike', () => {
    const row = (dm: string) => maskRow(JSON.stringify({ hm: 'P1', kpf: '甲公司', dm, rq: '2026-03-02', je: '1' }), rows);
    expect(row(FIRM)).toContain(FIRM);
    for (const closed of [SOLE_TRADER, IDENTITY_NUMBER]) expect(row(closed)).not.toContain(closed);
    const values = (sellerCreditCode: string) => ({ contract: invoice, fields: { sellerCreditCode } });
    expect(coversOf([values(FIRM)])).toEqual([]);
    expect(coversOf([values(SOLE_TRADER)]).map(([text]) => text)).toEqual([SOLE_TRADER]);
  });
});
