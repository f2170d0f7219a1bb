import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import exceljs from 'exceljs';
import iconv from 'iconv-lite';
import { appendFileSync, existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startConnectorFixture, type ConnectorFixture, type FixtureChanges } from '../connector.test-fixture.js';
import { sourcesFrom } from '../upstream.test-fixture.js';

let fixture: ConnectorFixture;
beforeAll(async () => {
  fixture = await startConnectorFixture();
});
afterAll(() => fixture.stop());

const PAYMENT_MAPPING = `
mapping: test-payments
label: 收支
dates: [yyyy/M/d]
file: { header: [凭证号, 金额（元）] }
records:
  - type: assets.payment
    id: 凭证号
    at: 日期
    fields:
      voucherId: 凭证号
      townshipCode: { value: '370000000' }
      villageCode: { value: '370000000001' }
      direction: { value: out }
      amountFen: { from: 金额（元）, as: yuan }
      account: { value: 管理费 }
      summary: 摘要
`;

async function dropFolder(source: string, options: { changes?: FixtureChanges; snapshot?: 'full'; otherFeed?: true } = {}) {
  const folder = join(fixture.folder, `${source}-files`);
  await mkdir(folder);
  const feed = (name: string, files: string) =>
    `{ feed: ${name}, label: 收支, files: '${files}', mapping: mappings/payments.yaml, snapshot: ${options.snapshot ?? 'none'} }`;
  const feeds = [feed('payments', '收支*'), ...(options.otherFeed ? [feed('others', '其他*')] : [])];
  const loaded = await sourcesFrom(join(fixture.folder, source), {
    'mappings/payments.yaml': PAYMENT_MAPPING,
    'source.yaml': `
source: ${source}
label: 测试文件夹
kind: file-drop
folder: ${folder}
everyMs: 1000
feeds: [${feeds.join(', ')}]
`,
  });
  const connector = fixture.connector(loaded, options.changes);
  await connector.register();
  return {
    path: (name: string) => join(folder, name),
    /** A file that has been lying there for long. */
    async put(name: string, content: string | Uint8Array) {
      await writeFile(join(folder, name), content);
      await utimes(join(folder, name), 0, 0);
    },
    poll: () => connector.poll(source, 'folder'),
    status: () => fixture.parts.sources.find(source),
    files: () => fixture.parts.files.list(source),
    async decide(decision: 'delete' | 'discard') {
      const held = await fixture.parts.held.find({ source, feed: 'payments' });
      const input = { decision, heldAtMs: held?.heldAtMs ?? 0, actor: 'wang.gang' };
      await fixture.parts.held.decide({ source, feed: 'payments' }, input);
    },
    done: async () => (existsSync(join(folder, 'done')) ? (await readdir(join(folder, 'done'))).toSorted() : []),
    failed: async () => (existsSync(join(folder, 'failed')) ? readdir(join(folder, 'failed')) : []),
    published: async () =>
      (await fixture.published('assets.payment'))
        .map((message) => JSON.parse(message.value) as Record<string, unknown>)
        .filter((record) => record['source'] === source),
  };
}

const csv = (...rows: string[]) => ['凭证号,日期,摘要,金额（元）', ...rows, ''].join('\r\n');

describe('a drop folder', () => {
  test('takes GB18030 with its rare characters, and moves the file away', async () => {
    const folder = await dropFolder('gb18030');
    // The last character has four bytes and exists in GB18030 only.
    await folder.put('收支_1.csv', iconv.encode(csv('P1,2026/6/1,购买“办公用品”𠀀,"1,234.56"'), 'gb18030'));
    expect(await folder.poll()).toMatchObject({ accepted: 1, refused: 0 });
    expect(await folder.published()).toMatchObject([{ id: 'P1', summary: '购买“办公用品”𠀀', amountFen: 123_456 }]);
    expect(await folder.done()).toEqual(['收支_1.csv']);
    expect(await folder.files()).toMatchObject([{ fileName: '收支_1.csv', state: 'done', accepted: 1, actor: null }]);
  });

  test('finds the header of a workbook below merged titles', async () => {
    const folder = await dropFolder('workbook');
    const workbook = new exceljs.Workbook();
    const sheet = workbook.addWorksheet('收支');
    sheet.addRow(['某镇 2026 年收支明细']);
    sheet.mergeCells('A1:D1');
    sheet.addRow(['导出时间：2026-07-01', null, null, '单位：元']);
    sheet.mergeCells('A2:C2');
    sheet.addRow(['凭证号', '日期', '摘要', '金额（元）']);
    sheet.addRow(['P1', '2026/6/1', '水电费', 88.8]);
    sheet.addRow([]);
    sheet.addRow(['P2', '2026/6/2', { richText: [{ text: '劳务' }, { text: '费' }] }, 0.1]);
    await folder.put('收支.xlsx', Buffer.from(await workbook.xlsx.writeBuffer()));
    expect(await folder.poll()).toMatchObject({ accepted: 2, refused: 0 });
    expect(await folder.published()).toEqual([
      expect.objectContaining({ id: 'P1', summary: '水电费', amountFen: 8880 }),
      expect.objectContaining({ id: 'P2', summary: '劳务费', amountFen: 10 }),
    ]);
  });

  test('names the sheets that it has not read', async () => {
    const folder = await dropFolder('sheets');
    const workbook = new exceljs.Workbook();
    const sheet = (name: string, id: string, state: 'visible' | 'hidden') => {
      const added = workbook.addWorksheet(name, { state });
      added.addRow(['凭证号', '日期', '摘要', '金额（元）']);
      added.addRow([id, '2026/6/1', '水电费', 1]);
    };
    sheet('底表', 'P0', 'hidden');
    sheet('收支', 'P1', 'visible');
    sheet('二月', 'P2', 'visible');
    await folder.put('收支.xlsx', Buffer.from(await workbook.xlsx.writeBuffer()));
    expect(await folder.poll()).toMatchObject({ accepted: 1 });
    expect(await folder.published()).toMatchObject([{ id: 'P1' }]);
    const [file] = await folder.files();
    expect(file).toMatchObject({ state: 'done' });
    expect(file?.error).toContain('没有读的工作表：“底表”（隐藏）、“二月”');
  });

  test('takes the same bytes once, and repeated rows of another file once', async () => {
    const folder = await dropFolder('twice');
    await folder.put('收支_1.csv', csv('P1,2026/6/1,甲,1', 'P2,2026/6/1,乙,2'));
    await folder.poll();
    await folder.put('收支_1.csv', csv('P1,2026/6/1,甲,1', 'P2,2026/6/1,乙,2'));
    expect(await folder.poll()).toMatchObject({ accepted: 0, repeated: 2 });
    await folder.put('收支_2.csv', csv('P1,2026/6/1,甲,1', 'P2,2026/6/1,乙,2.5', 'P3,2026/6/1,丙,3'));
    expect(await folder.poll()).toMatchObject({ accepted: 2, repeated: 1 });
    expect((await folder.published()).map(({ id, amountFen }) => `${String(id)} ${String(amountFen)}`).toSorted()).toEqual([
      'P1 100',
      'P2 200',
      'P2 250',
      'P3 300',
    ]);
    // A file of the same name does not overwrite the evidence of the first.
    expect(await folder.done()).toEqual(['收支_1.csv', '收支_1（2）.csv', '收支_2.csv']);
  });

  test('leaves a file alone that is still being written', async () => {
    const folder = await dropFolder('growing');
    await writeFile(folder.path('收支.csv'), csv('P1,2026/6/1,甲,1'));
    await writeFile(folder.path('收支_2.csv.part'), csv('P9,2026/6/1,甲,1'));
    expect(await folder.poll()).toMatchObject({ accepted: 0, refused: 0 });
    expect(existsSync(folder.path('收支.csv'))).toBe(true);
    await utimes(folder.path('收支.csv'), 0, 0);
    expect(await folder.poll()).toMatchObject({ accepted: 1 });
    await rename(folder.path('收支_2.csv.part'), folder.path('收支_2.csv'));
    await utimes(folder.path('收支_2.csv'), 0, 0);
    expect(await folder.poll()).toMatchObject({ accepted: 1 });
  });

  test('reads a file again that grew while it was read', async () => {
    const producer = fixture.stream.producer();
    let isFirst = true;
    const folder = await dropFolder('grew', {
      changes: {
        producer: {
          async publish(topic, messages) {
            if (isFirst) appendFileSync(folder.path('收支.csv'), 'P2,2026/6/2,乙,2\r\n');
            isFirst = false;
            await producer.publish(topic, messages);
          },
          close: () => producer.close(),
        },
      },
    });
    await folder.put('收支.csv', csv('P1,2026/6/1,甲,1'));
    await folder.poll();
    expect(await folder.done()).toEqual([]);
    await utimes(folder.path('收支.csv'), 0, 0);
    await folder.poll();
    expect(await folder.done()).toEqual(['收支.csv']);
    expect((await folder.published()).map(({ id }) => String(id)).toSorted()).toEqual(['P1', 'P2']);
  });

  test('reads a file to the end after the process died in its middle', async () => {
    const producer = fixture.stream.producer();
    let isAlive = false;
    const folder = await dropFolder('died', {
      changes: {
        producer: {
          async publish(topic, messages) {
            await producer.publish(topic, messages);
            if (!isAlive) throw new Error('killed');
          },
          close: () => producer.close(),
        },
      },
    });
    await folder.put('收支.csv', csv('P1,2026/6/1,甲,1'));
    await folder.poll();
    expect(await folder.done()).toEqual([]);
    isAlive = true;
    expect(await folder.poll()).toMatchObject({ accepted: 1 });
    expect(await folder.done()).toEqual(['收支.csv']);
  });

  test('sets a file aside that nothing can be made of, and takes the others', async () => {
    const folder = await dropFolder('broken');
    await folder.put('收支_1.csv', '这不是表格\n');
    await folder.put('收支_2.csv', csv('P1,2026/6/1,甲,1'));
    await folder.put('无关.txt', 'x');
    await folder.poll();
    expect(await folder.failed()).toEqual(['收支_1.csv']);
    expect(await folder.done()).toEqual(['收支_2.csv']);
    expect((await folder.status())?.error).toContain('收支_1.csv：前 50 行中找不到表头');
    expect(existsSync(folder.path('无关.txt'))).toBe(true);
    await folder.poll();
    expect((await folder.status())?.state).toBe('idle');
  });
});

describe('what a drop folder says of itself', () => {
  test('a folder that is not there is no healthy one; once it is, reading begins', async () => {
    const folder = await dropFolder('not-there');
    await rm(folder.path(''), { recursive: true });
    await folder.poll();
    expect(await folder.status()).toMatchObject({ state: 'failing', error: expect.stringMatching(/文件夹 .* 不存在。请建立/) });
    await writeFile(folder.path('').replace(/\/$/, ''), 'a file in its place');
    await folder.poll();
    expect((await folder.status())?.error).toContain('不是文件夹');
    await rm(folder.path(''), { force: true });
    await mkdir(folder.path(''));
    await folder.put('收支.csv', csv('P1,2026/6/1,甲,1'));
    expect(await folder.poll()).toMatchObject({ accepted: 1 });
    expect(await folder.status()).toMatchObject({ state: 'idle', error: null });
  });

  test('files that no feed wants are named, a few of them, until they are gone', async () => {
    const folder = await dropFolder('strangers');
    const names = Array.from({ length: 7 }, (_unused, index) => `别的_${index}.csv`);
    for (const name of names) await folder.put(name, csv('P1,2026/6/1,甲,1'));
    await folder.poll();
    expect(await folder.status()).toMatchObject({
      state: 'idle',
      error:
        'folder：有 7 个文件与各项的 files 都不符，没有读：“别的_0.csv”、“别的_1.csv”、“别的_2.csv”、“别的_3.csv”、“别的_4.csv”等。请改文件名，或改正数据源文件中的 files；不要的请移走',
    });
    for (const name of names) await rm(folder.path(name));
    await folder.poll();
    expect(await folder.status()).toMatchObject({ error: null });
  });

  test('columns that the mapping names and the last file lacks, until a file has them', async () => {
    const folder = await dropFolder('lacks');
    await folder.put('收支_1.csv', '凭证号,日期,金额（元）,事由\r\nP1,2026/6/1,1,甲\r\n');
    expect(await folder.poll()).toMatchObject({ refused: 1 });
    expect(await folder.status()).toMatchObject({
      state: 'idle',
      error: expect.stringMatching(/^payments：收支_1.csv：映射里写了、文件里没有的列：“摘要”。/),
    });
    await folder.put('收支_2.csv', csv('P1,2026/6/1,甲,1'));
    await folder.poll();
    expect(await folder.status()).toMatchObject({ error: null });
  });
});

describe('a full export in a folder', () => {
  const many = (from: number, count: number) =>
    csv(...Array.from({ length: count }, (_unused, index) => `P${from + index},2026/6/1,甲,1`));
  const deletions = async (folder: Awaited<ReturnType<typeof dropFolder>>) =>
    (await folder.published()).filter(({ op }) => op === 'delete').map(({ id }) => String(id));

  test('deletes what it no longer holds', async () => {
    const folder = await dropFolder('full', { snapshot: 'full' });
    await folder.put('收支_1.csv', csv('P1,2026/6/1,甲,1', 'P2,2026/6/1,乙,2'));
    await folder.poll();
    await folder.put('收支_2.csv', csv('P2,2026/6/1,乙,2'));
    await folder.poll();
    expect((await folder.published()).map(({ id, op }) => [id, op])).toContainEqual(['P1', 'delete']);
    // The list of before says again that both are there.
    await folder.put('收支_3.csv', csv('P1,2026/6/1,甲,1', 'P2,2026/6/1,乙,2'));
    expect(await folder.poll()).toMatchObject({ accepted: 1 });
  });

  test('that lacks too much waits in the folder, says so, and holds up nothing behind it', async () => {
    const folder = await dropFolder('short', { snapshot: 'full', otherFeed: true });
    await folder.put('收支_1.csv', many(1, 20));
    await folder.poll();
    await folder.put('收支_2.csv', many(1, 5));
    await folder.put('其他_1.csv', csv('Q1,2026/6/1,甲,1'));
    await folder.poll();
    await folder.poll();
    expect(await folder.done()).toEqual(['其他_1.csv', '收支_1.csv']);
    expect(existsSync(folder.path('收支_2.csv'))).toBe(true);
    expect(await folder.status()).toMatchObject({
      state: 'waiting',
      error: 'payments：收支_2.csv 比上次少了 15 条（原有 20 条），没有删除任何记录，等待确认',
    });
    expect(await folder.files()).toContainEqual(
      expect.objectContaining({ fileName: '收支_2.csv', error: '比已知名单少 15 条，等待确认；没有删除任何记录' }),
    );
    // A newer, whole list takes its place.
    await folder.put('收支_10.csv', many(1, 20));
    await folder.poll();
    expect(await folder.done()).toEqual(['其他_1.csv', '收支_1.csv', '收支_10.csv', '收支_2.csv']);
    expect(await folder.status()).toMatchObject({ state: 'idle', error: null });
    expect(await deletions(folder)).toEqual([]);
  });

  test('deletes when a person has confirmed it', async () => {
    const folder = await dropFolder('short-confirmed', { snapshot: 'full' });
    await folder.put('收支_1.csv', many(1, 20));
    await folder.poll();
    await folder.put('收支_2.csv', many(1, 5));
    await folder.poll();
    await folder.decide('delete');
    await folder.poll();
    expect(await deletions(folder)).toHaveLength(15);
    expect(await folder.done()).toEqual(['收支_1.csv', '收支_2.csv']);
    expect(await folder.status()).toMatchObject({ state: 'idle', heldLists: [] });
  });

  test('is set aside when a person finds it incomplete', async () => {
    const folder = await dropFolder('short-discarded', { snapshot: 'full' });
    await folder.put('收支_1.csv', many(1, 20));
    await folder.poll();
    await folder.put('收支_2.csv', many(1, 5));
    await folder.poll();
    await folder.decide('discard');
    await folder.poll();
    expect(await folder.failed()).toEqual(['收支_2.csv']);
    expect(await deletions(folder)).toEqual([]);
    expect(await folder.status()).toMatchObject({ state: 'idle', heldLists: [] });
    expect(await folder.files()).toContainEqual(
      expect.objectContaining({ fileName: '收支_2.csv', error: 'wang.gang 认定不是完整名单，没有删除任何记录' }),
    );
  });

  test('that somebody has taken away waits no more', async () => {
    const folder = await dropFolder('short-removed', { snapshot: 'full' });
    await folder.put('收支_1.csv', many(1, 20));
    await folder.poll();
    await folder.put('收支_2.csv', many(1, 5));
    await folder.poll();
    await rm(folder.path('收支_2.csv'));
    await folder.poll();
    expect(await folder.status()).toMatchObject({ state: 'idle', heldLists: [] });
  });
});
