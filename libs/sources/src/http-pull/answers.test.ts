import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { OutboundHosts } from '@tianyan/kernel';
import iconv from 'iconv-lite';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { startConnectorFixture, type ConnectorFixture } from '../connector.test-fixture.js';
import { sourcesFrom, UNIT_MAPPING, unitRows } from '../upstream.test-fixture.js';

let fixture: ConnectorFixture;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  fixture = await startConnectorFixture();
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
afterAll(() => fixture.stop());

interface Said {
  status?: number;
  headers?: Record<string, string>;
  bytes: Uint8Array | string;
}

interface Settings {
  settings?: string;
  feed?: string;
  host?: string;
  outbound?: OutboundHosts;
}

/** A feed of units whose upstream says these bytes; `settings` go into the source, `feed` into its feed. */
async function unitsFrom(
  source: string,
  answer: Said | ((request: IncomingMessage) => Said),
  { settings = '', feed = 'rows: data.rows', host = '127.0.0.1', outbound }: Settings = {},
) {
  const server = createServer((request, response) => {
    const said = typeof answer === 'function' ? answer(request) : answer;
    response.writeHead(said.status ?? 200, said.headers ?? {}).end(said.bytes);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // listening on a port, so not a text
  const loaded = await sourcesFrom(join(fixture.folder, source), {
    'mappings/units.yaml': UNIT_MAPPING,
    'source.yaml': `
source: ${source}
label: 测试接口
kind: http-pull
baseUrl: http://${host}:${port}
headers: { authorization: 'Bearer s3cr3t-t0ken' }
everyMs: 1000
${settings}
feeds: [{ feed: units, label: 单位, path: /units, mapping: mappings/units.yaml, ${feed} }]
`,
  });
  const connector = fixture.connector(loaded, { pause: async () => undefined, ...(outbound ? { outbound } : {}) });
  await connector.register();
  return {
    poll: () => connector.poll(source, 'units'),
    error: async () => (await fixture.parts.sources.find(source))?.error,
    refused: () => fixture.parts.quarantine.list({ source, limit: 10 }),
    names: async () =>
      (await fixture.published('directory.unit'))
        .map(({ value }) => JSON.parse(value) as Record<string, unknown>)
        .filter((record) => record['source'] === source)
        .map(({ name }) => name),
  };
}

const named = (...names: string[]) =>
  JSON.stringify({ code: 0, data: { rows: names.map((name, index) => ({ ...unitRows(index + 1, 1)[0], name })) } });
const json = (charset: string) => ({ 'content-type': `application/json${charset}` });

describe('the text of an answer', () => {
  const text = named('响水县陈家港镇人民政府');
  const gbk = iconv.encode(text, 'gbk');
  test.each<[string, Said, string]>([
    ['gbk-declared', { bytes: gbk, headers: json(';charset=GBK') }, ''],
    ['gb2312-declared', { bytes: gbk, headers: json('; charset="gb2312"') }, ''],
    ['gbk-undeclared', { bytes: gbk, headers: json('') }, ''],
    ['gbk-said-utf8', { bytes: gbk, headers: json(';charset=UTF-8') }, ''],
    ['gbk-said-latin', { bytes: gbk, headers: json(';charset=ISO-8859-1') }, ''],
    ['utf8-said-latin', { bytes: text, headers: json(';charset=ISO-8859-1') }, ''],
    ['big5-configured', { bytes: iconv.encode(named('響水縣'), 'big5'), headers: json('') }, 'charset: big5'],
    ['utf8-bom', { bytes: `\uFEFF${text}`, headers: json('') }, ''],
    ['utf8-bom-said-gbk', { bytes: `\uFEFF${text}`, headers: json(';charset=gbk') }, ''],
    ['utf16', { bytes: iconv.encode(text, 'utf-16', { addBOM: true }), headers: json('') }, ''],
    ['gzip', { bytes: gzipSync(text), headers: { 'content-encoding': 'gzip' } }, ''],
    ['gzip-unsaid', { bytes: gzipSync(gbk), headers: {} }, ''],
    ['gzip-said-only', { bytes: text, headers: { 'content-encoding': 'gzip' } }, ''],
    ['deflate', { bytes: deflateSync(text), headers: { 'content-encoding': 'deflate' } }, ''],
    ['br-gzip', { bytes: brotliCompressSync(gzipSync(text)), headers: { 'content-encoding': 'gzip, br' } }, ''],
  ])('is read as it was meant: %s', async (source, said, settings) => {
    const units = await unitsFrom(`text-${source}`, said, { settings });
    expect(await units.poll()).toMatchObject({ accepted: 1, refused: 0 });
    expect(await units.names()).toEqual([source.startsWith('big5') ? '響水縣' : '响水县陈家港镇人民政府']);
  });

  test('with one broken character stays UTF-8, and only the row that holds it is refused', async () => {
    const bytes = Buffer.from(named('陈家港镇', '小尖镇'));
    const cut = Buffer.concat([bytes.subarray(0, bytes.indexOf('港') + 1), bytes.subarray(bytes.indexOf('镇'))]);
    const units = await unitsFrom('text-cut', { bytes: cut });
    expect(await units.poll()).toMatchObject({ accepted: 1, refused: 1 });
    expect(await units.names()).toEqual(['小尖镇']);
    expect(await units.refused()).toMatchObject([{ reason: expect.stringContaining('损坏的字符') }]);
  });

  test.each<[string, Said, string]>([
    [
      'charset',
      { bytes: text, headers: json(';charset=klingon') },
      '无法识别上游声明的字符集（klingon）：请在数据源配置中写明 charset',
    ],
    ['encoding', { bytes: text, headers: { 'content-encoding': 'lzma' } }, '不支持的压缩方式（lzma）'],
    ['cut-gzip', { bytes: gzipSync(text).subarray(0, 20) }, '上游返回的压缩内容不完整，稍后自动重试'],
    ['bomb', { bytes: gzipSync(Buffer.alloc(65 * 1024 * 1024)) }, '超过 64 MB：请减小每页行数'],
  ])('that cannot be read says why: %s', async (source, said, message) => {
    const units = await unitsFrom(`unread-${source}`, said);
    await units.poll();
    expect(await units.error()).toContain(message);
  });
});

describe('whether more is ready', () => {
  test.each([
    ['true-text', '"true"', 2],
    ['one', '1', 2],
    ['one-text', '"1"', 2],
    ['left', '37', 2],
    ['chinese', '"是"', 2],
    ['false-text', '"false"', 1],
    ['zero', '0', 1],
    ['zero-text', '"0"', 1],
    ['null', 'null', 1],
  ])('is understood however it is said: %s', async (source, more, requests) => {
    let count = 0;
    const answer = () => {
      count++;
      return { bytes: `{"rows":${JSON.stringify(unitRows(count, 1))},"next":${count},"more":${count === 1 ? more : 'false'}}` };
    };
    const feed = 'rows: rows, more: more, cursor: { after: { path: next, start: 0 } }';
    const units = await unitsFrom(`more-${source}`, answer, { feed });
    expect(await units.poll()).toMatchObject({ accepted: requests });
  });

  test('is asked about where it cannot be understood', async () => {
    const units = await unitsFrom('more-unclear', { bytes: '{"rows":[],"more":"maybe"}' }, { feed: 'rows: rows, more: more' });
    await units.poll();
    expect(await units.error()).toContain('上游没有在 more 中说明是否还有更多数据');
  });
});

describe('an error inside a 200', () => {
  test.each([
    ['code', '{"code":40101,"message":"token 已过期","data":null}', 'code：40101', 'token 已过期'],
    ['empty-list', '{"code":"50001","msg":"查询超时","data":{"rows":[]}}', 'code：50001', '查询超时'],
    ['flag', '{"success":false,"errMsg":"系统维护中","data":{"rows":[]}}', 'success：false', '系统维护中'],
    ['errcode', '{"errcode":"E102","errmsg":"签名错误"}', 'errcode：E102', '签名错误'],
    ['nested', '{"status":500,"error":{"message":"数据库忙"}}', 'status：500', '数据库忙'],
  ])('is one without any configuration, in the upstream’s own words: %s', async (source, bytes, code, words) => {
    const units = await unitsFrom(`inside-${source}`, { bytes });
    await units.poll();
    expect(await units.error()).toContain(code);
    expect(await units.error()).toContain(`上游的原话：“${words}”`);
  });

  test.each([
    ['zero-text', '{"code":"0","data":{"rows":[]}}', 'rows: data.rows'],
    ['zeros', '{"code":"00000","data":{"rows":null}}', 'rows: data.rows'],
    ['200', '{"code":200,"success":true,"data":{"rows":[]}}', 'rows: data.rows'],
    ['status', '{"status":"OK","data":{"rows":[]}}', 'rows: data.rows'],
    ['text-for-number', '{"code":"0","data":{"rows":[]}}', 'rows: data.rows, success: { path: code, is: 0 }'],
    ['one-of-several', '{"code":"1","data":{"rows":[]}}', 'rows: data.rows, success: { path: code, is: [0, 1] }'],
    ['yes-text', '{"ok":"true","data":{"rows":[]}}', 'rows: data.rows, success: { path: ok, is: true }'],
    ['own-meaning', `{"code":40101,"data":{"rows":${JSON.stringify(unitRows(1, 1))}}}`, 'rows: data.rows'],
  ])('is none where the upstream says that it went well: %s', async (source, bytes, feed) => {
    const units = await unitsFrom(`well-${source}`, { bytes }, { feed });
    expect(await units.poll()).not.toBeNull();
    expect(await units.error()).toBeNull();
  });

  test('is shown short, in one line, without keys and numbers of people', async () => {
    const message = `Bearer s3cr3t-t0ken 无效\n用户 13812345678 ${'很'.repeat(300)}`;
    const units = await unitsFrom('inside-long', { bytes: JSON.stringify({ code: 1001, message }) });
    await units.poll();
    const error = (await units.error()) ?? '';
    expect(error).toContain('上游的原话：“*** 无效 用户 *** 很很');
    expect(error).not.toMatch(/s3cr3t|13812345678/);
    expect(error.length).toBeLessThan(400);
  });

  test('is quoted from an error status as well; a refusal is not repeated', async () => {
    let count = 0;
    const answer = () => (count++, { status: 403, bytes: '{"msg":"IP 不在白名单"}' });
    const units = await unitsFrom('status-words', answer);
    await units.poll();
    expect(await units.error()).toBe('units：上游拒绝了访问（403）：请检查密钥。上游的原话：“IP 不在白名单”');
    expect(count).toBe(1);
  });
});

describe('what the upstream sends beyond the ordinary', () => {
  test('whole numbers of any length stay their digits, as ids and as cursors', async () => {
    const seen: (string | null)[] = [];
    const feed = 'rows: rows, more: more, cursor: { after: { path: next, start: 0 } }';
    const answer = (request: IncomingMessage) => {
      seen.push(new URL(request.url ?? '', 'http://x').searchParams.get('after'));
      const row = JSON.stringify(unitRows(1, 1)[0]).replace('"U1"', String(9007199254740993n + BigInt(seen.length)));
      return { bytes: `{"rows":[${row}],"next":9223372036854775807,"more":${seen.length === 1}}` };
    };
    const units = await unitsFrom('digits', answer, { feed });
    expect(await units.poll()).toMatchObject({ accepted: 2 });
    expect(seen).toEqual(['0', '9223372036854775807']);
    const ids = (await fixture.published('directory.unit')).map(({ key }) => key);
    expect(ids).toEqual(expect.arrayContaining(['9007199254740994', '9007199254740995']));
  });

  test('a document of endless nesting is refused, not followed', async () => {
    const deep = `{"data":{"rows":[${'['.repeat(200_000)}${']'.repeat(200_000)}]}}`;
    const units = await unitsFrom('deep', { bytes: deep });
    await units.poll();
    expect(await units.error()).toContain('嵌套');
  });

  test('an address of this machine is not asked at all', async () => {
    let count = 0;
    const units = await unitsFrom('local', () => (count++, { bytes: named('单位') }), { outbound: new OutboundHosts() });
    await units.poll();
    expect(count).toBe(0);
    expect(await units.error()).toContain('地址 127.0.0.1 指向本机');
  });

  test('nor is a name that leads there only when it is connected to', async () => {
    let count = 0;
    // What a name meant when it was checked, and where it leads a moment later.
    const outbound = Object.assign(new OutboundHosts(), { assertUrl: () => undefined });
    const units = await unitsFrom('rebound', () => (count++, { bytes: named('单位') }), { outbound, host: 'localhost' });
    await units.poll();
    expect(count).toBe(0);
    expect(await units.error()).toContain('地址 localhost 指向本机');
  });
});
