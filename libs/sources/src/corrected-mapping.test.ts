import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { builtInCatalogue, hashOf, recordTopic } from '@tianyan/contracts';
import { execute } from '@tianyan/postgres';
import { ensureTables, openEmbeddedWarehouse, TombstoneWriter, type OpenWarehouse, readRows } from '@tianyan/warehouse';
import type { StreamMessage } from '@tianyan/stream';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { startConnectorFixture, type ConnectorFixture } from './connector.test-fixture.js';
import { sourcesFrom, startUpstream } from './upstream.test-fixture.js';

let fixture: ConnectorFixture;
let warehouse: OpenWarehouse;
let folder: string;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  fixture = await startConnectorFixture();
  folder = await mkdtemp(join(tmpdir(), 'tianyan-corrected-'));
  warehouse = await openEmbeddedWarehouse({ directory: join(folder, 'clickhouse') });
  await ensureTables(warehouse, builtInCatalogue);
});
afterAll(async () => {
  for (const stop of stops) await stop();
  await warehouse.close();
  await fixture.stop();
  await rm(folder, { recursive: true, force: true });
});

const payments = (mapping: string, unit: 'yuan' | 'wan-yuan') => `
mapping: ${mapping}
label: 收支
dates: [yyyy-MM-dd]
file: { header: [凭证号, 金额] }
records:
  - type: assets.payment
    id: 凭证号
    at: 日期
    fields:
      voucherId: 凭证号
      townshipCode: { value: '370000000' }
      villageCode: { value: '370000000001' }
      direction: { value: out }
      amountFen: { from: 金额, as: ${unit} }
      account: { value: 管理费 }
      summary: 摘要
`;

/** In the second row the unit changes nothing. */
const FILE = '凭证号,日期,摘要,金额\nP1,2026-06-01,甲,12\nP2,2026-06-02,乙,0\n';
const ROWS = [
  { 凭证号: 'P1', 日期: '2026-06-01', 摘要: '甲', 金额: 12 },
  { 凭证号: 'P2', 日期: '2026-06-02', 摘要: '乙', 金额: 0 },
];

async function published(source: string): Promise<StreamMessage[]> {
  const messages = await fixture.published('assets.payment');
  return messages.filter(({ value }) => (JSON.parse(value) as { source: string }).source === source);
}

async function amounts(source: string) {
  const records = (await published(source)).map(({ value }) => JSON.parse(value) as { id: string; amountFen: number });
  return records
    .toSorted((a, b) => a.id.localeCompare(b.id) || a.amountFen - b.amountFen)
    .map(({ id, amountFen }) => [id, amountFen]);
}

/** Once as yuan, which is wrong, and P1 once more as ten thousands of yuan. */
const CORRECTED = [
  ['P1', 1_200],
  ['P1', 12_000_000],
  ['P2', 0],
];

/** A configured source whose mapping can be corrected; a process starts anew with each of them. */
async function configured(source: string, config: string, changes: Parameters<ConnectorFixture['connector']>[1] = {}) {
  return async (unit: 'yuan' | 'wan-yuan', mapping = payments(source, unit)) => {
    const loaded = await sourcesFrom(join(folder, source), {
      'mappings/payments.yaml': mapping,
      'source.yaml': `{ source: ${source}, label: 收支, everyMs: 1000, ${config} }`,
    });
    const connector = fixture.connector(loaded, changes);
    await connector.register();
    return connector;
  };
}

async function dropFolder(source: string, changes: Parameters<ConnectorFixture['connector']>[1] = {}) {
  const files = join(folder, `${source}-files`);
  await mkdir(files);
  const config = `kind: file-drop, folder: '${files}', feeds: [{ feed: payments, label: 收支, files: '*.csv', mapping: mappings/payments.yaml }]`;
  const start = await configured(source, config, changes);
  return async (unit: 'yuan' | 'wan-yuan') => {
    await writeFile(join(files, '收支.csv'), FILE);
    await utimes(join(files, '收支.csv'), 0, 0);
    return (await start(unit)).poll(source, 'folder');
  };
}

describe('what is offered again after its mapping was corrected is read again, and what says the same costs nothing', () => {
  test('a file in a drop folder', async () => {
    const drop = await dropFolder('drop');
    expect(await drop('yuan')).toMatchObject({ accepted: 2, repeated: 0 });
    expect(await drop('yuan')).toMatchObject({ accepted: 0, repeated: 2 });
    expect(await drop('wan-yuan')).toMatchObject({ accepted: 1, repeated: 1 });
    expect(await drop('wan-yuan')).toMatchObject({ accepted: 0, repeated: 2 });
    expect(await amounts('drop')).toEqual(CORRECTED);
  });

  test('an upload', async () => {
    const path = join(folder, 'upload.csv');
    await writeFile(path, FILE);
    const { uploads } = fixture.parts;
    const upload = (unit: 'yuan' | 'wan-yuan') =>
      uploads.upload({ path, fileName: '收支.csv', mapping: { text: payments('upload', unit) }, actor: 'wang.gang' });
    await upload('yuan');
    expect(await upload('wan-yuan')).toMatchObject({ accepted: 1, repeated: 1 });
    expect(await amounts('import-upload')).toEqual(CORRECTED);
  });

  test('an import', async () => {
    const [file, mapping] = [join(folder, 'import.csv'), join(folder, 'import.yaml')];
    await writeFile(file, FILE);
    const { importer } = fixture.parts;
    const importAs = async (unit: 'yuan' | 'wan-yuan') => {
      await writeFile(mapping, payments('import', unit));
      return importer.importFile({ file, mapping, actor: 'wang.gang' });
    };
    await importAs('yuan');
    expect(await importAs('wan-yuan')).toMatchObject({ accepted: 1, repeated: 1 });
    expect(await amounts('import-import')).toEqual(CORRECTED);
  });

  test('a list that is asked for whole', async () => {
    const upstream = await startUpstream(() => ({ body: { rows: ROWS } }));
    stops.push(() => upstream.stop());
    const start = await configured(
      'list',
      `kind: http-pull, baseUrl: '${upstream.url}',
       feeds: [{ feed: payments, label: 收支, path: /, rows: rows, mapping: mappings/payments.yaml, snapshot: full }]`,
    );
    await (await start('yuan')).poll('list', 'payments');
    expect(await (await start('wan-yuan')).poll('list', 'payments')).toMatchObject({ accepted: 1, repeated: 1 });
    expect(await amounts('list')).toEqual(CORRECTED);
  });
});

test('a change in a column that the evidence leaves out is news to a feed that looks back', async () => {
  let amount = 12;
  const upstream = await startUpstream(() => ({
    body: { rows: [{ ...ROWS[0], 金额: amount }], next: '2026-06-01 10:00:00' },
  }));
  stops.push(() => upstream.stop());
  const start = await configured(
    'pull',
    `kind: http-pull, baseUrl: '${upstream.url}', feeds: [{ feed: payments, label: 收支, path: /, rows: rows,
     cursor: { since: { path: next, start: '' } }, mapping: mappings/payments.yaml }]`,
  );
  const connector = await start(
    'yuan',
    payments('pull', 'yuan').replace('    id: 凭', '    evidence: [凭证号, 日期]\n    id: 凭'),
  );
  // The first has no cursor to look back from.
  await connector.poll('pull', 'payments');
  await connector.poll('pull', 'payments');
  expect(await connector.poll('pull', 'payments')).toMatchObject({ accepted: 0 });
  amount = 13;
  expect(await connector.poll('pull', 'payments')).toMatchObject({ accepted: 1 });
});

describe('in the warehouse', () => {
  /** Everything the stream holds of the source so far, through the real writer, in batches of one message each. */
  async function write(source: string): Promise<void> {
    const contract = builtInCatalogue.get('assets.payment');
    const writer = new TombstoneWriter(warehouse, async (_, reason) => Promise.reject(new Error(reason)));
    for (const message of (await published(source)).toSorted((a, b) => a.offset - b.offset))
      await writer.write(
        { topic: recordTopic(contract.type), partition: 0, messages: [message], assertOwned: async () => {} },
        contract,
      );
  }
  const live = (source: string) =>
    readRows(warehouse, z.object({ id: z.string(), amountFen: z.number() }), {
      sql: `SELECT id, amountFen FROM cur_assets_payment FINAL WHERE source = {source:String} ORDER BY id`,
      params: { source },
    });

  test('the corrected record stands in the place of the wrong one, under the same version, also when all is written again', async () => {
    const drop = await dropFolder('written');
    await drop('yuan');
    await write('written');
    expect(await live('written')).toMatchObject([{ amountFen: 1_200 }, { amountFen: 0 }]);
    await drop('wan-yuan');
    await write('written');
    const corrected = [
      { id: 'P1', amountFen: 12_000_000 },
      { id: 'P2', amountFen: 0 },
    ];
    expect(await live('written')).toEqual(corrected);
    await write('written');
    expect(await live('written')).toEqual(corrected);
    // And back: whatever the order of the hashes, the last to come counts.
    await drop('yuan');
    await write('written');
    expect(await live('written')).toMatchObject([{ amountFen: 1_200 }, { amountFen: 0 }]);
  });

  test.each([
    ['publishes nothing again of what is stored already', 'yuan', [], 'known'],
    ['takes what a corrected mapping makes of the same text for news', 'wan-yuan', ['P1'], 'known'],
    ['publishes all again where nothing is known of what is stored', 'yuan', ['P1', 'P2'], 'unknown'],
  ] as const)('a data folder from when rows were known by their raw text %s', async (_name, unit, news, stored) => {
    const source = `before-${unit}-${news.length}`;
    const drop = await dropFolder(source, stored === 'known' ? { warehouse } : {});
    await drop('yuan');
    await write(source);
    for (const raw of (await published(source)).map(({ value }) => (JSON.parse(value) as { raw: string }).raw))
      await execute(fixture.pool, 'UPDATE snapshot_row SET hash = $2 WHERE source = $1 AND id = $3', [
        source,
        hashOf(raw),
        (JSON.parse(raw) as { 凭证号: string }).凭证号,
      ]);
    await execute(fixture.pool, 'UPDATE file_seen SET mapping_hash = NULL WHERE source = $1', [source]);
    expect(await drop(unit)).toMatchObject({ accepted: news.length, repeated: 2 - news.length });
    expect((await published(source)).map(({ key }) => key).toSorted()).toEqual(['P1', 'P2', ...news].toSorted());
    expect(await drop(unit)).toMatchObject({ accepted: 0, repeated: 2 });
  });
});
