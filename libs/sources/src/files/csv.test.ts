import { readMapping } from '@tianyan/contracts';
import { expect, test } from '@jest/globals';
import { Readable } from 'node:stream';
import type { SourceRow } from '../pipeline/row.js';
import { csvRows } from './csv.js';

const MAPPING = `mapping: quotes
label: 引号
file: { header: [编号, 环节] }
records: [{ type: hotline.order-event, id: 编号, at: 时间, fields: { orderId: 工单, action: 环节 } }]
`;

async function rowsOf(text: string): Promise<SourceRow[]> {
  const { file } = readMapping(MAPPING);
  if (!file) throw new TypeError('the mapping reads no file');
  const bytes = Buffer.from(text);
  const rows: SourceRow[] = [];
  for await (const row of csvRows(Readable.from([bytes]), bytes, file)) rows.push(row);
  return rows;
}

const HEADER = '编号,工单,环节,时间,单位,说明,作废\n';
const row = (id: string, words: string) => `${id},Q1,退回,2026-11-02 09:00:00,U1,${words},\n`;

test('rows between two stray quotes do not vanish in a cell: what swallowed them is refused, with all of its text', async () => {
  const rows = await rowsOf(
    HEADER + row('q1', '"急"请办') + row('q3', '"急件') + row('q4', '普通') + row('q5', '"急件') + row('q6', '普通'),
  );
  expect(rows.map(({ problem }) => problem !== undefined)).toEqual([false, true, false]);
  const [, swallowing] = rows;
  expect(swallowing?.problem).toContain('引号没有成对');
  for (const id of ['q3', 'q4', 'q5']) expect(swallowing?.raw).toContain(id);
});

test('a text of several lines, with commas in it, is a text', async () => {
  const rows = await rowsOf(HEADER + row('q1', '"第一，路坏了。\n第二, 灯不亮。\n请尽快处理"') + row('q2', '普通'));
  expect(rows.map(({ problem }) => problem)).toEqual([undefined, undefined]);
});
