import { builtInCatalogue, compileMapping, keyedDigest, readMapping, type MappedRow } from '@tianyan/contracts';
import { ManualClock, toChinaIso } from '@tianyan/kernel';
import { code, row } from './section-text.js';

/** How a source writes a time, and what its mapping says of it. */
interface Sample {
  cell: string | number;
  formats?: readonly string[];
  zone?: string;
}

const SAMPLES: readonly Sample[] = [
  { cell: '2026-03-02 09:05:00' },
  { cell: '2026/3/2 9:05:00' },
  { cell: '2026-03-02' },
  { cell: '2026/3/2' },
  { cell: '20260302' },
  { cell: '2026-03-02T09:05:00Z' },
  { cell: '2026-03-02T20:05:00-05:00' },
  { cell: '2026-03-02 09:05' },
  { cell: '2026-03-02 09:05', formats: ['yyyy-MM-dd HH:mm'] },
  { cell: '2026年3月2日', formats: ['yyyy年M月d日'] },
  { cell: '26-03-02', formats: ['yy-MM-dd'] },
  { cell: '03/02/2026 09:05:00 PM', formats: ['MM/dd/yyyy hh:mm:ss a'] },
  { cell: '2026-03-02 09:05:00 +02:00', formats: ['sql'] },
  { cell: 46_083.378_472_222_2, formats: ['excel'] },
  { cell: '1772413500', formats: ['epoch-s'] },
  { cell: '1772413500000', formats: ['epoch-ms'] },
  { cell: '2015-06-01', zone: 'America/New_York' },
  { cell: '2015-03-08 02:30:00', zone: 'America/New_York' },
  { cell: '2015-11-01 01:30:00', zone: 'America/New_York' },
  { cell: '09:05:00' },
  { cell: '09:05', formats: ['HH:mm'] },
  { cell: '2026-03' },
  { cell: '2026' },
  { cell: '2026-02-30' },
  { cell: '2026-03-02 24:00:00' },
  { cell: '0000-00-00 00:00:00' },
  { cell: '1899-12-30' },
  { cell: '' },
];

/** When the samples are read: nothing depends on it but that it is a time. */
const READ_AT_MS = Date.UTC(2026, 2, 10);

/** What becomes of each: found out by reading it, so that the table cannot say otherwise than the program does. */
export function dateSamplesText(): string {
  return [
    '| 来源里写着 | 映射里写 | 时刻（北京时间） | 日期 |',
    '|---|---|---|---|',
    ...SAMPLES.map((sample) => row([shown(sample.cell), settingsOf(sample), ...outcomeOf(sample)])),
  ].join('\n');
}

function shown(cell: string | number): string {
  return cell === '' ? '（空）' : code(String(cell));
}

function settingsOf({ formats, zone }: Sample): string {
  const parts = [...(formats ? [code(`formats: [${formats.join(', ')}]`)] : []), ...(zone ? [code(`zone: ${zone}`)] : [])];
  return parts.length === 0 ? '（默认）' : parts.join('，');
}

function outcomeOf(sample: Sample): [instant: string, day: string] {
  return [outcome(read(sample, 'instant'), 'instant'), outcome(read(sample, 'day'), 'day')];
}

/** The mapped row, or why there can be no such mapping. */
function read({ cell, ...settings }: Sample, as: 'instant' | 'day'): MappedRow | string {
  const time = { from: '时间', ...settings };
  const at = as === 'instant' ? time : { from: '收到', formats: ['iso'] };
  // A text field stands for a day: no contract has one and little besides.
  const name = as === 'day' ? { ...time, as } : { value: '某单位' };
  const document = readMapping(
    JSON.stringify({
      mapping: 'sample',
      label: '示例',
      records: [{ type: 'directory.unit', id: '编码', at, fields: { unitId: '编码', name, kind: { value: 'department' } } }],
    }),
  );
  try {
    const options = { source: 'sample', digest: keyedDigest('-'.repeat(32)), clock: new ManualClock(READ_AT_MS) };
    return compileMapping(document, builtInCatalogue, options).map({ 编码: 'U1', 时间: cell, 收到: '2026-03-10' }, '');
  } catch (error) {
    return `不接受这种写法：${error instanceof Error ? error.message.replace(/^.*（[^）]*）：/, '') : String(error)}`;
  }
}

function outcome(mapped: MappedRow | string, as: 'instant' | 'day'): string {
  if (typeof mapped === 'string') return mapped;
  const { records, refusals } = mapped;
  const [one] = records;
  if (one) return as === 'instant' ? code(spoken(one.record.atMs)) : code(String(one.record.fields?.['name']));
  return `拒绝：${refusals.flatMap(({ problems }) => problems.map(({ reason }) => reason)).join('；')}`;
}

function spoken(atMs: number): string {
  return toChinaIso(atMs).replace('T', ' ').replace('.000+08:00', '');
}
