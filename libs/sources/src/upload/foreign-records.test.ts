import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { builtInCatalogue, recordTopic, toWire, wireHeaders, type AnyRecord } from '@tianyan/contracts';
import { ensureTables, openEmbeddedWarehouse, TombstoneWriter, type OpenWarehouse } from '@tianyan/warehouse';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startConnectorFixture, TEST_COUNTY_MS, type ConnectorFixture } from '../connector.test-fixture.js';

let fixture: ConnectorFixture;
let warehouse: OpenWarehouse;
let folder: string;

beforeAll(async () => {
  fixture = await startConnectorFixture();
  folder = await mkdtemp(join(tmpdir(), 'tianyan-foreign-'));
  warehouse = await openEmbeddedWarehouse({ directory: join(folder, 'clickhouse') });
  await ensureTables(warehouse, builtInCatalogue);
});
afterAll(async () => {
  await warehouse.close();
  await fixture.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A unit of the hotline's own directory, as the writer stores it. */
async function store(unitId: string, source: string): Promise<void> {
  const contract = builtInCatalogue.get('directory.unit');
  const empty = Object.fromEntries(Object.keys(contract.fields).map((name) => [name, null]));
  const record: AnyRecord = {
    id: unitId,
    source,
    version: 1,
    op: 'upsert',
    atMs: TEST_COUNTY_MS,
    receivedAtMs: TEST_COUNTY_MS,
    hash: 'a'.repeat(32),
    raw: '{}',
    fields: { ...empty, unitId, name: '县住建局', kind: 'department' },
  };
  const message = { key: unitId, value: toWire(record), headers: wireHeaders(record), offset: 1 };
  await new TombstoneWriter(warehouse, async (_, reason) => Promise.reject(new Error(reason))).write(
    { topic: recordTopic(contract.type), partition: 0, messages: [message], assertOwned: async () => {} },
    contract,
  );
}

const MAPPING = `
mapping: forged-units
label: 单位
file: { header: [编号, 名称] }
records:
  - type: directory.unit
    id: 编号
    version: { value: 9 }
    at: { value: ${TEST_COUNTY_MS} }
    fields: { unitId: 编号, name: 名称, kind: { value: department } }
`;

test('an uploaded file cannot change the record of another source: the row is set aside, and says whose it is', async () => {
  await store('U1', 'hotline-12345');
  const path = join(folder, 'units.csv');
  await writeFile(path, '编号,名称\nU1,冒充的单位\nU2,新单位\n');
  const { uploads } = fixture.compose([], { warehouse });
  const upload = () => uploads.upload({ path, fileName: 'units.csv', mapping: { text: MAPPING }, actor: 'wang.gang' });

  const summary = await upload();
  expect(summary).toMatchObject({ accepted: 1, refused: 1 });
  expect(summary.reasons).toEqual([
    { count: 1, firstRows: [1], reason: expect.stringContaining('已是数据源“hotline-12345”的记录') },
  ]);
  expect((await fixture.published('directory.unit')).map(({ key }) => key)).toEqual(['U2']);
  const [row] = await fixture.parts.quarantine.list({ source: 'import-forged-units', limit: 10 });
  expect(row).toMatchObject({ recordId: 'U1', field: 'id', state: 'open' });

  // Its own records it may change.
  await store('U2', 'import-forged-units');
  await writeFile(path, '编号,名称\nU2,改了名的单位\n');
  expect(await upload()).toMatchObject({ accepted: 1, refused: 0 });
});
