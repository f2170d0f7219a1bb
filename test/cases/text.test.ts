import { describe, expect } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { caseFile, mapCase, onCase } from './case-files.js';

const ORDER = {
  title: '标题',
  content: { value: '内容' },
  channel: { value: '电话' },
  category: { value: 'complaint' },
  matter: { value: 'road' },
  confidential: { value: false },
  urgency: { value: 'normal' },
  status: { value: '办理中' },
};
const orders = (columns: { id: string; title: string; at: string }, fields: object = {}) => ({
  mapping: 'case',
  label: '试验',
  dates: ['yyyy-MM-dd HH:mm:ss', 'iso', 'sql'],
  file: { header: [columns.id, columns.at] },
  records: [
    {
      type: 'hotline.order',
      id: columns.id,
      at: columns.at,
      fields: { ...ORDER, orderId: columns.id, title: columns.title, ...fields },
    },
  ],
});
const ids = (rows: Awaited<ReturnType<typeof mapCase>>) => rows.flatMap(({ records }) => records.map(({ record }) => record.id));

describe('text files that went wrong', () => {
  onCase('text/f03-cut.csv', 'one character cut in UTF-8: that row alone is refused', async () => {
    const rows = await mapCase('text/f03-cut.csv', orders({ id: 'id', title: 'title', at: 'at' }));
    expect(ids(rows)).toEqual(['F03a', 'F03c']);
    expect(rows[0]?.records[0]?.record.fields?.['title']).toBe('反映路灯不亮问题');
    expect(rows[1]?.problem).toContain('无法识别的字');
  });

  onCase('text/f08a-mixed.csv', 'two kinds of line ends: three orders', async () => {
    const rows = await mapCase('text/f08a-mixed.csv', orders({ id: '工单编号', title: '诉求主题', at: '受理时间' }));
    expect(ids(rows)).toEqual(['F08a1', 'F08a2', 'F08a3']);
  });

  onCase('text/f07-trailing.csv', 'trailing commas left out: the row is read, what is missing is empty', async () => {
    const rows = await mapCase('text/f07-trailing.csv', {
      mapping: 'case',
      label: '试验',
      dates: ['yyyy/M/d'],
      file: { header: ['凭证号', '金额'] },
      records: [
        {
          type: 'assets.payment',
          id: '凭证号',
          at: '记账日期',
          fields: {
            voucherId: '凭证号',
            townshipCode: { from: '村代码', text: [{ first: 9 }] },
            villageCode: '村代码',
            direction: { value: 'out' },
            amountFen: { from: '金额', as: 'yuan' },
            account: { value: '其他' },
            summary: '摘要',
            counterparty: '对方户名',
            handler: '经手人',
          },
        },
      ],
    });
    expect(ids(rows)).toEqual(['F07-1', 'F07-2']);
    expect(rows[1]?.records[0]?.record.fields).toMatchObject({ counterparty: null, handler: null, amountFen: 200000 });
  });

  onCase('text/f17-time-only.csv', 'a date without a date is refused, each of eight ways to write one', async () => {
    const columns = { id: '工单编号', title: '诉求主题', at: '受理时间' };
    const rows = await mapCase('text/f17-time-only.csv', orders(columns, { promisedAtMs: '承诺完成时间' }));
    expect(ids(rows)).toEqual([]);
    expect(rows.map(({ refusals }) => refusals[0]?.problems.map(({ field }) => field))).toEqual(rows.map(() => ['promisedAtMs']));
    expect(rows).toHaveLength(8);
  });

  onCase('codes/projects.csv', 'village codes in scientific notation make no record and so no finding', async () => {
    const rows = await mapCase('codes/projects.csv', await readFile(caseFile('codes/projects.yaml'), 'utf8'));
    expect(ids(rows)).toEqual([]);
    expect(rows[0]?.refusals[0]?.problems.map(({ reason }) => reason)).toContainEqual(expect.stringContaining('设为“文本”格式'));
  });
});
