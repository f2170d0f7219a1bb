import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keyedDigest } from '@tianyan/contracts';
import { OutboundHosts, systemClock, timerPause } from '@tianyan/kernel';
import { readConfig } from '@tianyan/runtime';
import { composeConnector, createImporter, loadSources } from '@tianyan/sources';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { readRows } from '@tianyan/warehouse';
import { z } from 'zod';
import { writeToWarehouse } from './import-command.js';
import { openParts, type OpenParts } from './open-parts.js';

/** Texts that would do harm wherever they were taken for something else than text. */
const HOSTILE = [
  `'; DROP TABLE cur_directory_division; --`,
  `\\'; SELECT 1; --`,
  '{name:String} {{7*7}} ${7*7} %s %n',
  `') FORMAT Null; INSERT INTO cur_directory_division VALUES (1`,
  `<script>alert(1)</script><img src=x onerror=alert(1)>`,
  `"><svg/onload=alert(1)>&lt;&#x27;`,
  `=cmd|'/C calc'!A0`,
  'javascript:alert(1)',
  '../../../../etc/passwd',
  '{"id":"another","op":"delete"}',
  'a\\nb\\u0000c\\',
  'tab\tin the middle',
  'line\nbreak',
  '\u202Egnitsixe ton\u202C',
  '𠀀𪚥 👮‍♀️ é ﷽',
  'NULL',
  '\\N',
  'nan',
];
const FIELDS = '{ divisionCode: code, name: name, level: { value: village } }';
const mapping = (options: string) => `
mapping: hostile
label: 区划
dates: [yyyy-MM-dd, epoch-ms]
# NULL and the like are texts here, not words for nothing.
empty: [（没有）]
${options}
records:
  - { type: directory.division, id: code, version: version, at: at, fields: ${FIELDS} }
`;

let folder: string;
let opened: OpenParts;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tianyan-hostile-'));
  // PostgreSQL runs as another account and has to get through.
  await chmod(folder, 0o755);
  opened = await openParts({
    config: readConfig({ TIANYAN_DATA: join(folder, 'data') }),
    logger: pino({ level: 'silent' }),
    countyClock: systemClock,
  });
});
afterAll(async () => {
  await opened.close();
  await rm(folder, { recursive: true, force: true });
});

async function rowsInWarehouse(source: string) {
  await writeToWarehouse({ progress: new Writable({ write: (_chunk, _encoding, done) => done() }) }, opened.parts);
  return readRows(opened.parts.warehouse, z.object({ id: z.string(), name: z.string(), raw: z.string() }), {
    sql: `SELECT c.id AS id, c.name AS name, l.raw AS raw
          FROM cur_directory_division AS c FINAL
          INNER JOIN (SELECT DISTINCT id, hash, raw FROM log_directory_division WHERE source = {source:String}) AS l
            ON l.id = c.id AND l.hash = c.hash
          WHERE NOT c.deleted AND c.source = {source:String} ORDER BY id`,
    params: { source },
  });
}

/** Reads what an upstream says to one request: rows, or any text. */
async function pull(source: string, body: string) {
  const server = createServer((_request, response) => response.end(body)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // listening on a port, so not a text
  await writeFile(join(folder, 'hostile.mapping'), mapping(''));
  await writeFile(
    join(folder, `${source}.yaml`),
    `{ source: ${source}, label: 上游, kind: http-pull, baseUrl: 'http://127.0.0.1:${port}', everyMs: 1000,
       feeds: [{ feed: all, label: 全部, path: /, rows: rows, mapping: hostile.mapping }] }`,
  );
  const { connector, sources, quarantine } = composeConnector({
    ...opened.parts,
    digest: keyedDigest('a key that only the tests know, 32+'),
    pause: timerPause,
    outbound: new OutboundHosts(['127.0.0.1']),
    configured: loadSources(join(folder, `${source}.yaml`), { values: {}, secrets: {} }),
    secrets: {},
    startMend: async () => undefined,
  });
  await connector.register();
  try {
    const counts = await connector.poll(source, 'all');
    return { counts, error: (await sources.find(source))?.error ?? null, refused: await quarantine.list({ source, limit: 50 }) };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const AT_MS = Date.UTC(2026, 5, 1);
const rowsJson = (rows: unknown[]) => JSON.stringify({ rows });

describe('texts that look like commands', () => {
  test('arrive unchanged from JSON, as values and as ids', async () => {
    const rows = HOSTILE.map((text, index) => ({ code: `${index}${text}`, name: text, version: 1, at: AT_MS }));
    const { counts, error } = await pull('hostile-json', rowsJson(rows));
    expect({ counts, error }).toMatchObject({ counts: { accepted: HOSTILE.length, refused: 0 }, error: null });
    const stored = await rowsInWarehouse('hostile-json');
    expect(new Map(stored.map(({ id, name }) => [id, name]))).toEqual(new Map(rows.map(({ code, name }) => [code, name])));
    expect(new Set(stored.map(({ raw }) => raw))).toEqual(new Set(rows.map((row) => JSON.stringify(row))));
  });

  test('arrive unchanged from a file', async () => {
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const lines = HOSTILE.map((text, index) => `${index},${quoted(text)},1,2026-06-01`);
    await writeFile(join(folder, 'hostile.csv'), ['code,name,version,at', ...lines, ''].join('\n'));
    await writeFile(join(folder, 'file.mapping'), mapping('file: { header: [code, name] }'));
    const importer = createImporter({ ...opened.parts, digestKey: 'a key that only the tests know, 32+' });
    const file = { mapping: join(folder, 'file.mapping'), file: join(folder, 'hostile.csv') };
    expect(await importer.importFile({ ...file, source: 'hostile-csv', actor: `'; --` })).toMatchObject({
      accepted: HOSTILE.length,
    });
    const stored = await rowsInWarehouse('hostile-csv');
    expect(new Map(stored.map(({ id, name }) => [Number(id), name]))).toEqual(new Map(HOSTILE.entries()));
  });
});

describe('characters that are no text', () => {
  test('arrive where every store can hold them; else they are refused, and the rows beside them are not held up', async () => {
    const row = (code: string, name: string) => ({ code, name, version: 1, at: AT_MS });
    const rows = [
      row('nul-in-name', 'a\0b'),
      row('nul-in-id-\0', 'x'),
      row('control-\u0007', 'bell\u0007'),
      row('lone-surrogate', 'a\uD800b'),
      row('lone-in-id-\uDC00', 'x'),
      row('good', '好'),
    ];
    const { counts, error, refused } = await pull('hostile-chars', rowsJson(rows));
    expect(error).toBeNull();
    expect(counts).toMatchObject({ accepted: 2, refused: 4 });
    const stored = await rowsInWarehouse('hostile-chars');
    expect(stored.map(({ id, name }) => [id, name])).toEqual([
      ['control-\u0007', 'bell\u0007'],
      ['good', '好'],
    ]);
    // What one of the stores cannot hold must not get as far as a finding, which then could never be stored.
    const told = refused.map(({ label, reason }) => `${label} ${/含有无法保存的字符/.exec(reason)?.[0]}`);
    expect(told.toSorted()).toEqual([
      '名称 含有无法保存的字符',
      '名称 含有无法保存的字符',
      '编号 含有无法保存的字符',
      '编号 含有无法保存的字符',
    ]);
  });
});

describe('numbers and dates beyond their range', () => {
  test('are refused with the field, or kept exactly', async () => {
    const row = (code: unknown, version: unknown, at: unknown) => ({ code, name: 'x', version, at });
    const rows = [
      row('version-too-large', '9007199254740993', AT_MS),
      row('version-negative', -1, AT_MS),
      row('version-fraction', 1.5, AT_MS),
      row('at-far', 1, 8.64e15),
      row('at-beyond', 1, 9e15),
      row('at-before', 1, -62_135_596_800_000),
      row('at-year-10000', 1, '10000-01-01'),
      row('at-no-day', 1, '2026-02-30'),
      row('at-infinite', 1, '1e999'),
      row({ nested: ['object'] }, 1, '2026-06-31'),
      row('largest-version', Number.MAX_SAFE_INTEGER, AT_MS),
    ];
    // Digits beyond 2^53 that stand in JSON as a number: JavaScript alone would round them to another id.
    const text = rowsJson(rows).replace('}]', '},{"code":370000000000000000001,"name":"y","version":1,"at":1780272000000}]');
    const { counts, error, refused } = await pull('hostile-numbers', text);
    expect(error).toBeNull();
    expect(counts).toMatchObject({ accepted: 2, refused: 10 });
    expect(new Set(refused.map(({ field }) => field))).toEqual(new Set(['version', 'atMs']));
    const stored = await rowsInWarehouse('hostile-numbers');
    expect(stored.map(({ id }) => id)).toEqual(['370000000000000000001', 'largest-version']);
  });
});
