import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '@tianyan/kernel';
import { readConfig } from '@tianyan/runtime';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { runImport, summaryLines } from './import-command.js';
import { openParts } from './open-parts.js';

const MAPPING = `
mapping: test-divisions
label: 区划
dates: [yyyy-MM-dd]
file: { header: [代码, 名称, 日期] }
records:
  - type: directory.division
    id: 代码
    at: 日期
    fields: { divisionCode: 代码, name: 名称, level: { value: village } }
`;
const DIVISIONS = `代码,名称,日期
370000000001,甲村,2026-06-01
370000000002,,2026-06-01
370000000003,丙村,2026-06-31
370000000004,丁村,2026-06-01
`;

let folder: string;
const config = () => readConfig({ TIANYAN_DATA: join(folder, 'data'), TIANYAN_SANDBOX: 'off', TIANYAN_LOG_LEVEL: 'silent' });
const opened = () =>
  openParts({
    config: config(),
    logger: pino({ level: 'silent' }),
    countyClock: systemClock,
  });

/** A terminal that remembers what was drawn. */
function terminal(onDrawn: (text: string) => void = () => undefined) {
  const drawn: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      drawn.push(chunk.toString());
      onDrawn(chunk.toString());
      done();
    },
  });
  return { drawn, stream: Object.assign(stream, { isTTY: true, columns: 200 }) };
}

interface Stopping {
  signal: AbortSignal;
  onDrawn: (text: string) => void;
}

async function importFile(name: string, text: string, source?: string, stopping?: Stopping) {
  const said: string[] = [];
  const { drawn, stream } = terminal(stopping?.onDrawn);
  const mappingFile = join(folder, 'mapping.yaml');
  const file = join(folder, name);
  await writeFile(mappingFile, MAPPING);
  await writeFile(file, text);
  const exitCode = await runImport({
    config: config(),
    mappingFile,
    file,
    ...(source === undefined ? {} : { source }),
    ...(stopping === undefined ? {} : { signal: stopping.signal }),
    say: (line) => said.push(line),
    progress: stream,
  });
  return { exitCode, said: said.join('\n'), drawn: drawn.join('') };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tianyan-import-'));
  // PostgreSQL runs as another account and has to get through.
  await chmod(folder, 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the import command', () => {
  test('takes a file into the warehouse and says what became of each row', async () => {
    const { exitCode, said, drawn } = await importFile('divisions.csv', DIVISIONS);
    expect(said).toContain('divisions.csv：接受 2 条，重复 0 条，拒绝 2 条。');
    expect(said).toContain('拒绝 1 条：名称：必填，但没有内容（第 2 行数据）');
    expect(said).toContain('（第 3 行数据）');
    expect(said).toContain('隔离区');
    expect(drawn).toMatch(/读取文件 \[.*100%/);
    expect(drawn).toMatch(/写入数据库 \[.*100%/);
    expect(exitCode).toBe(0);

    const repeated = await importFile('the-same-again.csv', DIVISIONS);
    expect(repeated.said).toContain('接受 0 条，重复 2 条，拒绝 2 条');
    expect(repeated.exitCode).toBe(0);

    const { parts, close } = await opened();
    try {
      const rows = await parts.warehouse.rows({
        sql: 'SELECT id, name, source FROM cur_directory_division FINAL WHERE NOT deleted ORDER BY id',
        params: {},
      });
      expect(rows).toEqual([
        { id: '370000000001', name: '甲村', source: 'import-test-divisions' },
        { id: '370000000004', name: '丁村', source: 'import-test-divisions' },
      ]);
    } finally {
      await close();
    }
  });

  test('a file of which nothing can be taken ends with an error', async () => {
    const { exitCode, said } = await importFile('bad.csv', '代码,名称,日期\n,,\n1,,2026-06-01\n', 'another-source');
    expect(said).toContain('没有接受任何数据');
    expect(exitCode).toBe(1);
    await expect(importFile('other.csv', 'a,b\n1,2\n')).rejects.toThrow('找不到表头');
  });

  test('a path that leads to no file is named', async () => {
    const taken = (mappingFile: string, file: string) =>
      runImport({ config: config(), mappingFile, file, say: () => {}, progress: terminal().stream });
    const there = join(folder, 'mapping.yaml');
    await expect(taken(join(folder, 'no.yaml'), there)).rejects.toThrow(/^没有这个映射文件：.*no\.yaml$/);
    await expect(taken(folder, there)).rejects.toThrow('不是映射文件，请写一个文件的路径');
    await expect(taken(there, join(folder, 'no.csv'))).rejects.toThrow(/^没有这个文件：.*no\.csv$/);
    await expect(taken(there, folder)).rejects.toThrow('不是文件，请写一个文件的路径');
  });

  test('that is stopped says what was taken, and goes on when it is repeated', async () => {
    const rows = Array.from(
      { length: 9_000 },
      (_unused, index) => `3700001${String(index).padStart(5, '0')},村${index},2026-06-01`,
    );
    const text = ['代码,名称,日期', ...rows, ''].join('\n');
    const stop = new AbortController();
    const stopped = importFile('long.csv', text, 'stopped', {
      signal: stop.signal,
      onDrawn: (drawn) => drawn.includes('接受') && stop.abort(),
    });
    const error: unknown = await stopped.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ message: expect.stringMatching(/没有读完。已读的部分：接受 [1-9]\d* 条，.*接着导入/) });
    const again = await importFile('long.csv', text, 'stopped');
    expect(again.said).toMatch(/接受 [1-9]\d* 条，重复 [1-9]\d* 条，拒绝 0 条/);
    const { parts, close } = await opened();
    try {
      const sql = "SELECT count() AS count FROM cur_directory_division FINAL WHERE source = 'stopped'";
      expect(await parts.warehouse.rows({ sql, params: {} })).toEqual([{ count: 9_000 }]);
    } finally {
      await close();
    }
  });

  test('is refused while the platform runs on the data directory, which it leaves alone', async () => {
    const { parts, close } = await opened();
    try {
      await expect(importFile('divisions.csv', DIVISIONS)).rejects.toThrow('数据源 → 上传');
      const { rows } = await parts.postgres.query('SELECT 1 AS alive');
      expect(rows).toEqual([{ alive: 1 }]);
    } finally {
      await close();
    }
  });
});

test('names the sheets of a workbook that were not read, and what else to know of the file', () => {
  const lines = summaryLines({
    fileName: '收支.xlsx',
    sha256: '',
    bytes: 1,
    accepted: 1,
    repeated: 0,
    refused: 0,
    reasons: [],
    notes: [],
    takenBefore: false,
    held: 0,
    leftOut: 1,
    remarks: [
      { text: '映射里写了、文件里没有的列：“备注”', isWarning: true },
      { text: '跳过 1 行（空行 1 行）', isWarning: false },
    ],
    unreadSheets: [
      { name: '底表', hidden: true },
      { name: '二月', hidden: false },
    ],
  });
  expect(lines).toContain('  注意：没有读的工作表：“底表”（隐藏）、“二月”。要读其中一张，请在映射的 file.sheet 写明它的名称。');
  expect(lines).toContain('  注意：映射里写了、文件里没有的列：“备注”。');
  expect(lines).toContain('  跳过 1 行（空行 1 行）。');
});
