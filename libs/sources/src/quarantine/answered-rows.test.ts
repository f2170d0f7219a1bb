import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startConnectorFixture, type ConnectorFixture } from '../connector.test-fixture.js';
import { sourcesFrom, startUpstream, UNIT_MAPPING } from '../upstream.test-fixture.js';

let fixture: ConnectorFixture;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  fixture = await startConnectorFixture();
});
afterAll(async () => {
  for (const stop of stops) await stop();
  await fixture.stop();
});

const mappingOf = (name: string, dates: string) => `
mapping: ${name}
label: 单位
dates: [${dates}]
file: { header: [编号, 名称, 日期] }
records:
  - type: directory.unit
    id: 编号
    at: 日期
    fields: { unitId: 编号, name: 名称, kind: { value: department } }
`;

/** Files of one mapping, imported one after the other. */
function imports(name: string) {
  const { importer } = fixture.parts;
  return {
    async take(file: string, rows: readonly string[], dates = 'yyyy-MM-dd') {
      const [path, mapping] = [join(fixture.folder, file), join(fixture.folder, `${name}.yaml`)];
      await writeFile(mapping, mappingOf(name, dates));
      await writeFile(path, ['编号,名称,日期', ...rows, ''].join('\n'));
      return importer.importFile({ mapping, file: path, actor: 'wang.gang' });
    },
    rows: async () =>
      (await fixture.parts.quarantine.list({ source: `import-${name}`, limit: 10 })).map(
        ({ raw, state, settledBy, settlement }) => ({
          row: Object.values(JSON.parse(raw) as Record<string, string>).join(','),
          state,
          settledBy,
          as: settlement === null ? null : Object.values(JSON.parse(settlement) as Record<string, string>).join(','),
        }),
      ),
  };
}

describe('a quarantined row is settled when a later file is taken', () => {
  test('that has its record right', async () => {
    const units = imports('mended');
    await units.take('一.csv', ['U1,甲,2026-06-01', 'U2,,2026-06-02', ',丙,2026-06-03']);
    await units.take('二.csv', ['U1,甲,2026-06-01', 'U2,乙,2026-06-02']);
    expect(await units.rows()).toEqual([
      // Nobody knows whose row this is.
      { row: ',丙,2026-06-03', state: 'open', settledBy: null, as: null },
      { row: 'U2,,2026-06-02', state: 'replayed', settledBy: '后来读入的文件“二.csv”', as: 'U2,乙,2026-06-02' },
    ]);
  });

  test('by a mapping that accepts the very same row, and is open again when that mapping is taken back', async () => {
    const units = imports('other-dates');
    const rows = ['U1,甲,2026/6/1'];
    await units.take('一.csv', rows);
    await units.take('一.csv', rows, 'yyyy/M/d');
    expect(await units.rows()).toMatchObject([{ state: 'replayed', settledBy: '后来读入的文件“一.csv”', as: rows[0] }]);
    await units.take('一.csv', rows);
    expect(await units.rows()).toMatchObject([{ state: 'open' }]);
  });

  test('but not by another line of its own file, however often that is read', async () => {
    const units = imports('two-lines');
    const rows = ['U1,,2026-06-01', 'U1,甲,2026-06-01'];
    await units.take('一.csv', rows);
    await units.take('一.csv', rows);
    expect(await units.rows()).toMatchObject([{ row: 'U1,,2026-06-01', state: 'open' }]);
  });
});

test('an older version that is read once more answers nothing; a later one does', async () => {
  const unit = (version: number, name: string) => ({ id: 'U9', name, version, changedAtMs: Date.UTC(2026, 5, 1) });
  let rows: unknown[] = [unit(1, '甲')];
  const upstream = await startUpstream(() => ({ body: { rows, next: '2026-06-01 10:00:00' } }));
  stops.push(() => upstream.stop());
  const loaded = await sourcesFrom(join(fixture.folder, 'pulled'), {
    'mappings/units.yaml': UNIT_MAPPING,
    'source.yaml': `{ source: pulled, label: 单位, kind: http-pull, baseUrl: '${upstream.url}', everyMs: 1000, feeds: [{ feed: units,
      label: 单位, path: /, rows: rows, cursor: { since: { path: next, start: '' } }, mapping: mappings/units.yaml }] }`,
  });
  /** Every poll by a process that has just started, and remembers nothing. */
  const poll = async (...next: unknown[]) => {
    rows = next;
    const connector = fixture.connector(loaded);
    await connector.register();
    expect(await connector.poll('pulled', 'units')).not.toBeNull();
    const [row] = await fixture.parts.quarantine.list({ source: 'pulled', limit: 10 });
    return row && { state: row.state, settledBy: row.settledBy };
  };
  await poll(unit(1, '甲'));
  expect(await poll(unit(2, ''))).toEqual({ state: 'open', settledBy: null });
  expect(await poll(unit(1, '甲'))).toEqual({ state: 'open', settledBy: null });
  expect(await poll(unit(3, '乙'))).toEqual({ state: 'replayed', settledBy: '来源后来的报送' });
  // It is read again, and is still answered.
  expect(await poll(unit(2, ''), unit(3, '乙'))).toEqual({ state: 'replayed', settledBy: '来源后来的报送' });
});
