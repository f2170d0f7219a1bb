import { expect, test } from '@jest/globals';
import { builtInCatalogue, compileMapping, keyedDigest, readMapping, type FileFormat } from '@tianyan/contracts';
import { ManualClock } from '@tianyan/kernel';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { fileRows } from '../files/file-rows.js';

const FORMAT: FileFormat = { encoding: 'auto', delimiter: ',', header: ['凭证号', '金额'], headerRows: 2 };
const FILE = `收支明细,
,单位
凭证号,金额

V1,"3
5"
合计,35

V2,1
`;

test('rows are counted as the reference says: those below the header that have something in them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tianyan-rows-'));
  try {
    const path = join(folder, 'a.csv');
    await writeFile(path, FILE);
    const rows: unknown[] = [];
    for await (const { row, rowNumber } of fileRows(path, FORMAT)) rows.push([row?.['凭证号'], rowNumber]);
    expect(rows).toEqual([
      ['V1', 1],
      ['合计', 2],
      ['V2', 3],
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

const reference = await readFile(new URL('../../../../docs/mapping-reference.md', import.meta.url), 'utf8');
const [, section = ''] = /### 金额的单位\n([^]*?)\n## /.exec(reference) ?? [];
const [, snippet = ''] = /```yaml\n# 片段\n([^]*?)```/.exec(section) ?? [];
const specs = snippet
  .split(/^(?=amountFen:)/m)
  .map((text) => (parseAllDocuments(text)[0]?.toJS() as { amountFen: unknown } | undefined)?.amountFen);

/** Fen that a cell is read as; null if the row is refused. */
function fenOf(spec: unknown, cell: string, unit = '万元'): number | null {
  const fields = {
    voucherId: '凭证号',
    townshipCode: { value: '320921001' },
    villageCode: { value: '320921001001' },
    direction: { value: 'out' },
    amountFen: spec,
    account: { value: '其他' },
    summary: { value: '修路' },
  };
  const mapping = { mapping: 'payments', label: '流水', records: [{ type: 'assets.payment', id: '凭证号', at: '日期', fields }] };
  const options = { source: 's', digest: keyedDigest('k'.repeat(32)), clock: new ManualClock(Date.UTC(2026, 2, 10)) };
  const mapper = compileMapping(readMapping(JSON.stringify(mapping)), builtInCatalogue, options);
  const { records } = mapper.map({ 凭证号: 'V1', 日期: '2026-03-05', 金额: cell, 单位: unit }, '{}');
  return (records[0]?.record.fields?.['amountFen'] as number | undefined) ?? null;
}

test('amounts are read as the table of the reference says', () => {
  const read = (cell: string) => [fenOf({ from: '金额', as: 'yuan' }, cell), fenOf({ from: '金额', as: 'wan-yuan' }, cell)];
  for (const cell of ['35000', '35,000.00', '¥35000']) expect(read(cell)).toEqual([3_500_000, 35_000_000_000]);
  expect(read('(35000)')).toEqual([-3_500_000, -35_000_000_000]);
  expect(read('35000元')).toEqual([3_500_000, null]);
  for (const cell of ['3.5万', '3.5万元', '1亿']) expect(read(cell)).toEqual([null, null]);
});

test('the ways to read units in cells do what the reference says of them', () => {
  const [inWan, mixed, byColumn] = specs;
  expect(specs).toHaveLength(3);
  for (const cell of ['3.5万', '3.5 万元']) expect(fenOf(inWan, cell)).toBe(3_500_000);
  for (const cell of ['3.5万', '35000元', '35000']) expect(fenOf(mixed, cell)).toBe(3_500_000);
  expect([fenOf(byColumn, '3.5'), fenOf(byColumn, '3.5', '亿元'), fenOf(byColumn, '3.5', '元')]).toEqual([
    3_500_000, 35_000_000_000, 350,
  ]);
  for (const spec of specs) expect(fenOf(spec, '1亿')).toBeNull();
});
