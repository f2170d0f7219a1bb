import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DAY_MS, ManualClock } from '@tianyan/kernel';
import { inTransaction, type Pool } from '@tianyan/postgres';
import { startTestPostgres } from '@tianyan/postgres/testing';
import ExcelJS from 'exceljs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import sharp from 'sharp';
import { FILE_TYPE_RULES, MAX_SUBJECT_FILES } from './api/index.js';
import { FileCheck, ORPHAN_AGE_DAYS } from './file-check.js';
import type { FileSubject } from './file-rows.js';
import { Files, type StoredContent, type Uploader } from './files.js';
import { HTML, PDF, photo, PROGRAMS, SVG } from './files.test-fixture.js';
import { FolderBlobs } from './folder-blobs.js';
import { filesMigrations } from './migrations.js';

const NOW_MS = Date.parse('2026-03-09T10:00:00+08:00');
const LI: Uploader = { id: 'u1', account: 'li', address: '10.0.0.9' };
const WANG: Uploader = { id: 'u2', account: 'wang', address: null };

let directory = '';
let pool: Pool;
let stop: () => Promise<void>;
let files: Files;
let check: FileCheck;
let blobs: FolderBlobs;
const clock = new ManualClock(NOW_MS);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tianyan-files-'));
  const postgres = await startTestPostgres([filesMigrations]);
  ({ pool } = postgres);
  stop = () => postgres.stop();
  blobs = new FolderBlobs(join(directory, 'store'));
  files = new Files({ pool, blobs, countyClock: clock, machineClock: clock });
  check = new FileCheck({ pool, blobs, machineClock: clock });
});
afterAll(async () => {
  await stop?.();
  await rm(directory, { recursive: true, force: true });
});

async function store(name: string, content: Buffer): Promise<StoredContent> {
  const path = join(directory, 'arrived');
  await writeFile(path, content);
  return files.store({ path, name });
}

const clue = (id: string): FileSubject => ({ kind: 'clue', id });
const record = (subject: FileSubject, id: string, content: StoredContent, by = LI) =>
  inTransaction(pool, (client) => files.record(client, subject, { id, content, by }));

async function bytesOf(content: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of content as AsyncIterable<Buffer>) chunks.push(chunk); // the store hands out buffers
  return Buffer.concat(chunks);
}

describe('what a file is', () => {
  test('a photo keeps all of itself, and its small picture tells nothing of place and device', async () => {
    const original = await photo();
    const content = await store('现场照片.JPG', original);
    expect(content).toMatchObject({ name: '现场照片.JPG', type: 'jpeg', sizeBytes: original.length });
    expect(await bytesOf(await files.open(content.sha256))).toEqual(original);
    const small = await bytesOf(await files.open(content.thumbnailSha256 ?? ''));
    const { width, height, format, exif } = await sharp(small).metadata();
    expect({ width, height, format, exif }).toEqual({ width: 480, height: 320, format: 'webp', exif: undefined });
    expect(original.includes('SecretPhone')).toBe(true);
    expect(small.includes('SecretPhone')).toBe(false);
  });

  test.each([
    ['HTML under the name of a PDF', '材料.pdf', HTML],
    ['SVG', '图.svg', SVG],
    ['a program of Windows', '工具.png', PROGRAMS[0]],
    ['a program of Linux', '工具.pdf', PROGRAMS[1]],
    ['text', '说明.txt', Buffer.from('说明')],
  ])('%s is refused, with what can be taken', async (_, name, content) => {
    await expect(store(name, content ?? Buffer.alloc(0))).rejects.toThrow(/不能上传这种文件。可以上传：图片/);
  });

  test('a name that says something else than the content is refused, and one without ending gets its own', async () => {
    await expect(store('合影.jpg', PDF)).rejects.toThrow('文件名写的是 .jpg，内容却是PDF');
    expect((await store('报告', PDF)).name).toBe('报告.pdf');
  });

  test('nothing of a name leads elsewhere or is hidden', async () => {
    expect((await store('C:\\a\\..\\b/..报告\u202Efdp.\u0000.pdf', PDF)).name).toBe('报告fdp..pdf');
    expect((await store(`${'长'.repeat(300)}.pdf`, PDF)).name).toHaveLength(80);
  });

  test('a picture that is cut off, empty, or has too many pixels is no evidence', async () => {
    const whole = await photo();
    await expect(store('半张.jpg', whole.subarray(0, whole.length / 2))).rejects.toThrow('图片打不开');
    await expect(store('空.jpg', Buffer.alloc(0))).rejects.toThrow('文件是空的');
    const bomb = await sharp({ create: { width: 9_000, height: 9_000, channels: 3, background: 'white' } })
      .png({ compressionLevel: 9, palette: true })
      .toBuffer();
    await expect(store('大.png', bomb)).rejects.toThrow('像素过大');
  }, 60_000);

  test('a workbook is taken, one with a macro is not', async () => {
    const book = new ExcelJS.Workbook();
    book.addWorksheet('名单').addRow(['甲']);
    const plain = Buffer.from(await book.xlsx.writeBuffer());
    expect((await store('名单.xlsx', plain)).type).toBe('xlsx');
    // The directory at the end of the archive names the part, whatever the content types say.
    const withMacro = Buffer.concat([plain, Buffer.from('PK\u0001\u0002xl/vbaProject.bin')]);
    await expect(store('名单.xlsx', withMacro)).rejects.toThrow('宏');
  });

  test('what is larger than its kind may be is refused by size', async () => {
    const large = Buffer.concat([PDF, Buffer.alloc(FILE_TYPE_RULES.pdf.maxBytes)]);
    await expect(store('大.pdf', large)).rejects.toThrow('PDF最大 50 MB');
  });
});

describe('files of a subject', () => {
  test('sent twice, also at once, it is stored once; another content under the same id is refused', async () => {
    const content = await store('一.pdf', PDF);
    const sent = await Promise.all([1, 2, 3].map(() => record(clue('twice'), 'f-twice', content)));
    expect(sent.filter(({ repeated }) => repeated)).toHaveLength(2);
    expect(await files.list(clue('twice'))).toHaveLength(1);
    const other = await store('二.jpg', await photo(40, 40));
    await expect(record(clue('twice'), 'f-twice', other)).rejects.toThrow('不同的内容');
    await expect(record(clue('elsewhere'), 'f-twice', content)).rejects.toThrow('编号已被占用');
    await expect(record(clue('twice'), 'f-twice', content, WANG)).rejects.toThrow('编号已被占用');
  });

  test('of another subject it is not there', async () => {
    await record(clue('mine'), 'f-mine', await store('一.pdf', PDF));
    await expect(files.get(clue('other'), 'f-mine')).rejects.toThrow('没有这个附件');
    await expect(files.get({ kind: 'letter', id: 'mine' }, 'f-mine')).rejects.toThrow('没有这个附件');
  });

  test('it is withdrawn once, with a reason, and its content stays', async () => {
    const { file } = await record(clue('back'), 'f-back', await store('一.pdf', PDF));
    const withdraw = () =>
      inTransaction(pool, (client) => files.withdraw(client, clue('back'), { id: 'f-back', by: LI, reason: '传错了' }));
    await withdraw();
    expect((await files.get(clue('back'), 'f-back')).withdrawn).toEqual({ atMs: NOW_MS, by: 'li', reason: '传错了' });
    await expect(withdraw()).rejects.toThrow('已经撤回');
    expect(await bytesOf(await files.open(file.sha256))).toEqual(PDF);
  });

  test('the program itself cannot change or remove what was handed in', async () => {
    await record(clue('kept'), 'f-kept', await store('一.pdf', PDF));
    await expect(pool.query(`UPDATE file SET name = 'x' WHERE id = 'f-kept'`)).rejects.toThrow('kept as it was');
    await expect(pool.query(`DELETE FROM file WHERE id = 'f-kept'`)).rejects.toThrow('kept as it was');
  });

  test('a subject holds no more than its limit, and a person hands in no more than a day holds', async () => {
    const content = await store('一.pdf', PDF);
    for (let count = 0; count < MAX_SUBJECT_FILES; count++) await record(clue('full'), `f-full-${count}`, content, WANG);
    await expect(record(clue('full'), 'f-more', content)).rejects.toThrow('最多 200 个附件');
    for (let count = 0; count < 100; count++) await record(clue('next'), `f-next-${count}`, content, WANG);
    await expect(record(clue('third'), 'f-third', content, WANG)).rejects.toThrow('请明天再传');
    await record(clue('third'), 'f-third', content, LI);
  });
});

describe('the check of contents', () => {
  test('names what is missing and what was altered, until it is put again', async () => {
    const altered = await store('改.jpg', await photo(50, 50));
    const missing = await store('缺.jpg', await photo(60, 60));
    await record(clue('checked'), 'f-altered', altered);
    await record(clue('checked'), 'f-missing', missing);
    await check.run();
    expect(await check.countFaults()).toBe(0);
    await writeFile(join(directory, 'store', altered.sha256.slice(0, 2), altered.sha256), 'something else');
    await blobs.remove(missing.sha256);
    // What was looked at lately is not looked at again.
    expect(await check.run()).toMatchObject({ checked: 0, faults: [] });
    clock.advanceBy(DAY_MS);
    const { faults } = await check.run();
    expect(faults.map(({ fault }) => fault).toSorted()).toEqual(['altered', 'missing']);
    expect((await files.list(clue('checked'))).map(({ fault }) => fault)).toEqual(['altered', 'missing']);
    await store('改.jpg', await photo(50, 50));
    await store('缺.jpg', await photo(60, 60));
    expect((await check.run()).faults).toEqual([]);
  });

  test('what became part of no file is removed once it is old, and nothing else is', async () => {
    const orphan = await store('没人要.jpg', await photo(70, 70));
    const kept = await store('有人要.jpg', await photo(80, 80));
    await record(clue('orphans'), 'f-wanted', kept);
    expect((await check.run()).removed).toBe(0);
    clock.advanceBy(ORPHAN_AGE_DAYS * DAY_MS + 1);
    expect((await check.run()).removed).toBeGreaterThan(0);
    await expect(files.open(orphan.sha256)).rejects.toThrow('从备份恢复');
    expect((await bytesOf(await files.open(kept.sha256))).length).toBe(kept.sizeBytes);
    expect((await bytesOf(await files.open(kept.thumbnailSha256 ?? ''))).length).toBeGreaterThan(0);
    // Put again it is there again.
    const again = await store('没人要.jpg', await photo(70, 70));
    expect((await bytesOf(await files.open(again.sha256))).length).toBe(again.sizeBytes);
  });
});
