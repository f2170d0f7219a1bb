import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { fingerprintOfPem, verifyBundle } from '@tianyan/dossier';
import { execute, rows } from '@tianyan/postgres';
import exceljs from 'exceljs';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import PizZip from 'pizzip';
import { extractText, getDocumentProxy } from 'unpdf';
import { z } from 'zod';
import { clueDetailSchema, dossierKeySchema, findingListSchema, statisticsSchema, type StepRequest } from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ADMINISTRATOR, ANALYST, COUNTY_NOW_MS, LEADER, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { writeRecords } from '../testing/records.js';

/** What must not stand in a covered file. */
const CALLER = '13705104826';
const PERSON = '陈大同';
const FORMULA = '=HYPERLINK("http://x","y")';
const PDF = Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n');
const reason = '移送县纪委审查调查室';

let fixture: ConsoleFixture;
let analyst: ApiClient;
let leader: ApiClient;
let folder: string;
let clueId = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tianyan-dossier-'));
  const templates = join(folder, 'templates');
  fixture = await startConsole({ env: { TIANYAN_TEMPLATES_FOLDER: templates } });
  const evidence = await writeRecords(
    fixture.warehouse,
    builtInCatalogue.get('hotline.order'),
    [
      {
        id: 'O1',
        atMs: COUNTY_NOW_MS - 5_000,
        raw: JSON.stringify({ bh: 'O1', lxdh: CALLER, nr: '路灯不亮' }),
        fields: {
          orderId: 'O1',
          title: '路灯不亮',
          content: `来电 ${CALLER}`,
          channel: '电话',
          category: 'complaint',
          matter: 'road',
          confidential: false,
          urgency: 'normal',
          status: 'open',
          townshipCode: '320921100',
        },
      },
    ],
    'order',
  );
  const evaluations = ['O1', 'O2', 'FAR'].map((scope) => ({
    ruleId: 'order-ping-pong',
    scope,
    hit: true,
    occurredAtMs: COUNTY_NOW_MS,
    dueAtMs: null,
    evidence: scope === 'O1' ? evidence : [],
    figures: { returns: 3 },
    subjects: { unitId: FORMULA, townshipCode: scope === 'FAR' ? '320921200' : '320921100' },
  }));
  await fixture.storeFindings(evaluations);
  analyst = await fixture.signedIn(ANALYST);
  leader = await fixture.signedIn(LEADER);
  const { items } = findingListSchema.parse((await analyst.get('/api/findings')).body);
  const findingIds = items.filter(({ scope }) => scope === 'O1').map(({ id }) => id);
  clueId = clueDetailSchema.parse((await analyst.post('/api/clues', { findingIds, reason: '核对属实' })).body).id;
  await take(leader, { step: 'assign', assigneeId: fixture.analyst.id });
  await take(analyst, { step: 'add-person', name: PERSON, unit: '东河镇', post: '站长' });
  await take(analyst, { step: 'verify', verdict: 'confirmed', report: `${PERSON}承认，电话 ${CALLER}` });
  await upload(`${PERSON}谈话.pdf`, PDF);
  const mistaken = await upload('传错的.pdf', Buffer.concat([PDF, Buffer.from('% mistaken')]));
  const withdrawn = await analyst.post(`/api/clues/${clueId}/files/${mistaken}/withdraw`, { reason: '传错了' });
  expect(withdrawn.status).toBe(200);
});
afterAll(async () => {
  await fixture.stop();
  await rm(folder, { recursive: true });
});

const clueNow = async () => clueDetailSchema.parse((await analyst.get(`/api/clues/${clueId}`)).body);
async function take(client: ApiClient, step: StepRequest): Promise<void> {
  const { revision } = await clueNow();
  const { status, body } = await client.post(`/api/clues/${clueId}/steps`, { revision, step });
  expect([step.step, status, body.message]).toEqual([step.step, 200, undefined]);
}

async function upload(name: string, content: Buffer): Promise<string> {
  const id = randomUUID();
  const form = new FormData();
  form.set('id', id);
  form.set('file', new Blob([new Uint8Array(content)]), name);
  const headers = { origin: fixture.baseUrl, cookie: analyst.cookie ?? '' };
  const { status } = await fetch(`${fixture.baseUrl}/api/clues/${clueId}/files`, { method: 'POST', headers, body: form });
  expect(status).toBe(200);
  return id;
}

async function fileOf(client: ApiClient, path: string, body: object): Promise<Buffer> {
  const response = await fetch(fixture.baseUrl + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: fixture.baseUrl, cookie: client.cookie ?? '' },
    body: JSON.stringify(body),
  });
  expect([response.status, response.headers.get('content-disposition')]).toEqual([200, expect.stringContaining('attachment')]);
  expect(response.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
  return Buffer.from(await response.arrayBuffer());
}
/** Every text of a dossier, the document's too. */
function textsOf(zip: Buffer): Map<string, string> {
  const files = Object.values(new PizZip(zip).files).filter(({ dir }) => !dir);
  return new Map(
    files.map((file) => {
      const bytes = file.asNodeBuffer();
      return [
        file.name,
        file.name.endsWith('.docx') ? (new PizZip(bytes).file('word/document.xml')?.asText() ?? '') : bytes.toString(),
      ];
    }),
  );
}
/** Of the PDF in a dossier, without blanks: lines end elsewhere on paper. */
async function printedText(zip: Buffer): Promise<string> {
  const pdf = new PizZip(zip).file('dossier.pdf')?.asNodeBuffer() ?? Buffer.alloc(0);
  const { text: pages } = await extractText(await getDocumentProxy(new Uint8Array(pdf)), { mergePages: false });
  return pages.map((page, index) => page.replaceAll(/\s+/g, '').replace(`—${index + 1}—`, '')).join('');
}
const ENTITIES: Readonly<Record<string, string>> = { '&quot;': '"', '&apos;': "'", '&lt;': '<', '&gt;': '>', '&amp;': '&' };
/** Of a Word document, each without blanks. */
function paragraphsOf(xml: string): string[] {
  const texts = xml.split('</w:p>').map((paragraph) => paragraph.replaceAll(/<[^>]*>/g, ''));
  return texts
    .map((text) => text.replaceAll(/&\w+;/g, (entity) => ENTITIES[entity] ?? entity).replaceAll(/\s+/g, ''))
    .filter((text) => text !== '');
}
async function verified(zip: Buffer, key: string | null = null) {
  const file = join(folder, 'dossier.zip');
  await writeFile(file, zip);
  return verifyBundle(file, key);
}
const audited = (action: string) =>
  rows(
    fixture.pool,
    z.object({ actor_account: z.string(), object: z.string(), reason: z.string().nullable() }),
    'SELECT actor_account, object, reason FROM access_audit WHERE action = $1 AND succeeded ORDER BY id',
    [action],
  );

/** Directs clues, and sees nothing that is covered. */
async function manager(account: string, townshipCodes: string[] | null): Promise<ApiClient> {
  const person = { account, password: 'Manager-2026-xyz' };
  await fixture.users.create({ ...person, displayName: '赵敏', role: 'case-manager', townshipCodes, mustChangePassword: false });
  return fixture.signedIn(person);
}
async function sheetsOf(path: string, client = analyst) {
  const workbook = new exceljs.Workbook();
  // The type of the library is of an older Node.
  await workbook.xlsx.load((await fileOf(client, path, { reason })) as unknown as ArrayBuffer);
  return workbook.worksheets.map((sheet) => ({
    name: sheet.name,
    rows: sheet.getSheetValues().flatMap((row) => (Array.isArray(row) ? [row.slice(1)] : [])),
  }));
}

describe('a dossier', () => {
  test('holds all of the clue, covered, sealed by the key that the console shows; who made it and why is on record', async () => {
    const zip = await fileOf(leader, `/api/clues/${clueId}/dossier`, { reason, uncovered: false });
    const { publicKey, fingerprint } = dossierKeySchema.parse((await leader.get('/api/dossier-key')).body);
    expect(fingerprintOfPem(publicKey)).toBe(fingerprint);
    expect(await verified(zip, fingerprint)).toMatchObject({
      intact: true,
      about: { clueId, clueNumber: '线索〔2026〕0001号', madeBy: LEADER.account, reason, uncovered: false },
    });
    const texts = textsOf(zip);
    expect([...texts.keys()]).toEqual([
      'manifest.json',
      'seal.json',
      'dossier.docx',
      'dossier.pdf',
      'clue.json',
      'people.json',
      'steps.json',
      'findings/001/finding.json',
      'findings/001/rule.sql',
      'findings/001/records/001.json',
      'files.json',
      'audit.json',
    ]);
    expect(texts.get('files.json')).toContain('"omitted": "covered"');
    expect(texts.get('dossier.docx')).toContain('附件无法遮蔽');
    const printed = await printedText(zip);
    for (const text of [...texts.values(), printed]) expect(text).not.toMatch(new RegExp(`${CALLER}|${PERSON}`));
    expect(texts.get('dossier.docx')).toContain('线索〔2026〕0001号');
    // The PDF says what the Word document says, and both name what they are sealed with.
    for (const paragraph of paragraphsOf(texts.get('dossier.docx') ?? '')) expect(printed).toContain(paragraph);
    const { headHash } = JSON.parse(texts.get('steps.json') ?? '') as { headHash: string };
    expect(printed).toContain(`最后一步的校验值：${headHash}封存公钥的指纹：${fingerprint}`);
    expect(texts.get('people.json')).toContain('陈**');
    expect(texts.get('audit.json')).toContain('take-clue-step');
    const [entry] = await audited('export-dossier');
    expect(entry).toEqual({
      actor_account: LEADER.account,
      reason,
      object: expect.stringMatching(`^clue/${clueId}/dossier@[0-9a-f]{64}$`),
    });
  });

  test('holds personal data where whoever may see it says why; each look is counted, and the chain of steps can be reckoned again', async () => {
    const zip = await fileOf(analyst, `/api/clues/${clueId}/dossier`, { reason, uncovered: true });
    expect(await verified(zip)).toMatchObject({ intact: true, about: { uncovered: true } });
    const texts = textsOf(zip);
    expect(texts.get('people.json')).toContain(PERSON);
    expect(texts.get('findings/001/records/001.json')).toContain(CALLER);
    expect(JSON.parse(texts.get('steps.json') ?? '')).toMatchObject({ whole: true, steps: { length: 7 } });
    expect((await audited('read-unmasked-record')).map(({ reason: why }) => why)).toEqual([reason]);
    expect((await audited('read-clue-people')).map(({ reason: why }) => why)).toEqual([reason]);
  });

  test('contains what people handed in where it is uncovered, as it was; what was withdrawn is named; each is on record', async () => {
    const zip = await fileOf(analyst, `/api/clues/${clueId}/dossier`, { reason, uncovered: true });
    expect(await verified(zip)).toMatchObject({ intact: true, attachments: { contained: 1, named: 1 } });
    const { files } = await clueNow();
    const kept = files.find(({ withdrawn }) => withdrawn === null);
    const texts = textsOf(zip);
    // The county's clock stands still: which of the two comes first is left open.
    const path = [...texts.keys()].find((name) => name.startsWith('files/')) ?? '';
    expect(new PizZip(zip).file(path)?.asNodeBuffer()).toEqual(PDF);
    const listed: unknown = JSON.parse(texts.get('files.json') ?? '');
    expect(listed).toHaveLength(2);
    expect(listed).toContainEqual(expect.objectContaining({ name: `${PERSON}谈话.pdf`, sha256: kept?.sha256, path }));
    expect(listed).toContainEqual(expect.objectContaining({ name: '传错的.pdf', omitted: 'withdrawn' }));
    const downloads = (await audited('download-clue-file')).map(({ object, reason: why }) => [object, why]);
    expect(downloads).toContainEqual([`clue/${clueId}/file/${kept?.id}@${kept?.sha256}`, reason]);
  });

  test('is refused before anything is counted: by a mistake in a template, by too few looks, by a file that the store has lost it is only told', async () => {
    const looks = () =>
      rows(
        fixture.pool,
        z.object({ object: z.string() }),
        'SELECT object FROM access_reveal WHERE user_id = $1 ORDER BY object',
        [fixture.analyst.id],
      );
    const ask = () => analyst.post(`/api/clues/${clueId}/dossier`, { reason, uncovered: true });
    await execute(fixture.pool, 'DELETE FROM access_reveal', []);
    const templates = join(folder, 'templates');
    await mkdir(templates, { recursive: true });
    await writeFile(join(templates, 'dossier.docx'), 'no document');
    expect((await ask()).status).toBe(400);
    await rm(join(templates, 'dossier.docx'));
    expect(await looks()).toEqual([]);
    const sql = `INSERT INTO access_reveal (user_id, china_day, object, at_ms) SELECT $1, to_char(now() AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD'), 'x/' || n, 0 FROM generate_series(1, 99) n`;
    await execute(fixture.pool, sql, [fixture.analyst.id]);
    const refused = await ask();
    expect([refused.status, refused.body.message]).toEqual([429, expect.stringMatching(/有 2 条今天没有看过.*还可以看 1 条/)]);
    expect(await looks()).toHaveLength(99);
    await execute(fixture.pool, 'DELETE FROM access_reveal', []);

    const sha256 = (await clueNow()).files.find(({ withdrawn }) => withdrawn === null)?.sha256 ?? '';
    const stored = join(fixture.filesDirectory, sha256.slice(0, 2), sha256);
    await writeFile(stored, 'spoilt');
    const zip = await fileOf(analyst, `/api/clues/${clueId}/dossier`, { reason, uncovered: true });
    expect(await verified(zip)).toMatchObject({ intact: true, attachments: { contained: 0, named: 2 } });
    expect(textsOf(zip).get('files.json')).toContain('"omitted": "altered"');
    await writeFile(stored, PDF);
  });

  test('is made with its Word document alone where that cannot be printed, and says why', async () => {
    const fonts = join(folder, 'templates', 'fonts');
    await mkdir(fonts, { recursive: true });
    await writeFile(join(fonts, '仿宋.ttf'), 'no font');
    const zip = await fileOf(leader, `/api/clues/${clueId}/dossier`, { reason, uncovered: false });
    await rm(fonts, { recursive: true });
    const withoutPdf: unknown = expect.stringContaining('仿宋.ttf');
    expect(await verified(zip)).toMatchObject({ intact: true, withoutPdf });
    const texts = textsOf(zip);
    expect([texts.has('dossier.docx'), texts.has('dossier.pdf')]).toEqual([true, false]);
    expect(JSON.parse(texts.get('manifest.json') ?? '')).toMatchObject({ withoutPdf });
  });

  test('is not made without a reason, nor by whoever may not take files out, nor of what is not there', async () => {
    const ask = async (client: ApiClient, id: string, body: object) =>
      (await client.post(`/api/clues/${id}/dossier`, body)).status;
    expect(await ask(analyst, clueId, { uncovered: false })).toBe(400);
    expect(await ask(analyst, 'none', { reason, uncovered: false })).toBe(404);
    expect(await ask(await fixture.signedIn(ADMINISTRATOR), clueId, { reason, uncovered: false })).toBe(403);
    const client = await manager('zhao.manager', null);
    expect(await ask(client, clueId, { reason, uncovered: true })).toBe(403);
    expect(await ask(client, clueId, { reason, uncovered: false })).toBe(200);
  });
});

describe('a ledger', () => {
  test('of findings says who, when, why and of what; no cell is a formula, and personal data is covered', async () => {
    const [cover, ledger] = await sheetsOf('/api/findings/export?township=320921100&text=O1');
    expect(cover?.rows).toEqual(
      expect.arrayContaining([
        ['内容', '疑点台账'],
        ['导出人', `李芬（${ANALYST.account}，分析员）`],
        ['理由', reason],
        ['管辖范围', '全县'],
        ['筛选条件', '乡镇：320921100；文字：O1'],
        ['疑点（行）', '1'],
      ]),
    );
    expect(ledger?.rows).toHaveLength(2);
    const text = JSON.stringify(ledger?.rows);
    expect(text).toContain('工单踢皮球');
    expect(text).not.toMatch(/13812345678|"formula"/);
    expect(await audited('export-ledger')).toEqual([{ actor_account: ANALYST.account, object: 'export/findings', reason }]);
  });

  test('holds what lies within the reach of whoever asks alone', async () => {
    const townsman = await manager('wei.town', ['320921100']);
    const [cover, ledger] = await sheetsOf('/api/findings/export', townsman);
    expect(cover?.rows).toContainEqual(['管辖范围', '320921100']);
    expect(ledger?.rows).toHaveLength(3);
    expect(JSON.stringify(ledger?.rows)).not.toContain('FAR');
  });

  test('of clues holds those of the list with the same filter', async () => {
    const [, all] = await sheetsOf('/api/clues/export');
    expect(all?.rows.map((row) => row[0])).toEqual(['编号', '线索〔2026〕0001号']);
    const [, none] = await sheetsOf('/api/clues/export?state=closed');
    expect(none?.rows).toHaveLength(1);
  });

  test('is not made without a reason', async () => {
    expect((await analyst.post('/api/findings/export', {})).status).toBe(400);
    expect((await analyst.post('/api/clues/export', { reason: ' ' })).status).toBe(400);
  });
});

describe('statistics', () => {
  const figures = async (client: ApiClient, query = '') => {
    const { groups } = statisticsSchema.parse((await client.get(`/api/statistics?from=2026-07-01&to=2026-07-31${query}`)).body);
    return new Map(groups.flatMap(({ key, figures: all }) => all.map(({ label, value }) => [`${key}/${label}`, value])));
  };

  test('count findings by what was found out, and people once per clue and form', async () => {
    await take(analyst, { step: 'propose', disposal: 'talk-or-letter', reason: '一般性问题' });
    await take(leader, { step: 'approve' });
    const [known] = (await clueNow()).people;
    await take(analyst, { step: 'add-person', name: PERSON, unit: '东河镇', sameAsId: known?.id ?? '' });
    await take(analyst, { step: 'add-person', name: PERSON, unit: '西河镇', sameAsId: null });
    const people = (await clueNow()).people.map(({ id }) => id);
    expect(people).toHaveLength(3);
    // The first two are one person, who was entered twice; of the third a form was found, and then another.
    for (const personId of people) await take(analyst, { step: 'set-form', personId, form: 'first', measure: '提醒谈话' });
    const other = (await clueNow()).people.find(({ unit }) => unit === '西河镇')?.id ?? '';
    await take(analyst, { step: 'set-form', personId: other, form: 'second', measure: '党内警告' });
    const all = await figures(leader);
    expect(Object.fromEntries(all)).toMatchObject({
      'findings/发现': 3,
      'findings/人已核实': 1,
      'findings/核实率': 333,
      'findings/属实率': 1000,
      'verdicts/属实': 1,
      'kinds/不担当不作为，乡镇': 3,
      'kinds/不担当不作为，乡镇，其中属实': 1,
      'money/涉及金额': 0,
      'clues/登记': 1,
      'clues/处置中': 1,
      'disposals/谈话函询': 1,
      'forms/第一种形态': 1,
      'forms/第二种形态': 1,
      'forms/第三种形态': 0,
    });
  });

  test('hold what lies in the period, the township and the reach of who asks alone', async () => {
    const far = await figures(leader, '&township=320921200');
    expect([far.get('findings/发现'), far.get('clues/登记'), far.get('forms/第一种形态')]).toEqual([1, 0, 0]);
    const townsman = await figures(await manager('wu.town', ['320921200']));
    expect([townsman.get('findings/发现'), townsman.get('clues/登记'), townsman.get('forms/第一种形态')]).toEqual([1, 0, 0]);
    const { body } = await leader.get('/api/statistics?from=2026-06-01&to=2026-06-30');
    const before = statisticsSchema.parse(body).groups.flatMap((group) => group.figures.map(({ value }) => value ?? 0));
    expect(before.reduce((sum, value) => sum + value, 0)).toBe(0);
    expect((await leader.get('/api/statistics?from=2026-07-02&to=2026-07-01')).status).toBe(400);
  });

  test('leave as a workbook and as a bulletin, on record', async () => {
    const [cover, sheet] = await sheetsOf('/api/statistics/export?from=2026-07-01&to=2026-07-31');
    expect(cover?.rows).toContainEqual(['筛选条件', '期间：2026-07-01 至 2026-07-31；乡镇：全部']);
    expect(sheet?.rows).toContainEqual(['疑点', '核实率', 33.3, '%', expect.stringContaining('核实率 = ')]);
    const bulletin = new PizZip(await fileOf(leader, '/api/statistics/bulletin', { reason }));
    expect(bulletin.file('word/document.xml')?.asText()).toMatch(
      /2026-07-01 至 2026-07-01.*各月发现的疑点（条）.*2026-07.*█{20}.*四种形态（人）.*第一种形态/s,
    );
    const printed = await fileOf(leader, '/api/statistics/bulletin', { reason, format: 'pdf' });
    expect(printed.subarray(0, 5).toString()).toBe('%PDF-');
    const { charts } = statisticsSchema.parse((await leader.get('/api/statistics?from=2026-07-01&to=2026-07-31')).body);
    const bars = new Map(charts.map((chart) => [chart.key, chart.bars]));
    expect(bars.get('months')).toEqual([{ label: '2026-07', value: 3 }]);
    expect(bars.get('classes')).toContainEqual({ label: '不担当不作为', value: 3 });
    expect(bars.get('forms')?.slice(0, 2)).toEqual([
      { label: '第一种形态', value: 1 },
      { label: '第二种形态', value: 1 },
    ]);
    expect((await audited('export-statistics')).map(({ object }) => object)).toEqual([
      'export/statistics',
      'export/bulletin',
      'export/bulletin',
    ]);
  });

  test('what people have decided stands whatever the data say since; wrong data are no fault of a rule', async () => {
    const store = (status: string, verdict: string | null, scope: string) =>
      execute(
        fixture.pool,
        `UPDATE finding SET status = $1, verdict = $2, holds = false WHERE scope = $3 AND status <> 'promoted'`,
        [status, verdict, scope],
      );
    await execute(fixture.pool, `UPDATE finding SET holds = false WHERE status = 'promoted'`, []);
    for (const scope of ['O1', 'O2']) await store('dismissed', 'data-error', scope);
    // From before a class was asked.
    await store('dismissed', null, 'FAR');
    const of = await figures(leader);
    const told = ['findings/其中数据已撤回', 'findings/人已核实', 'findings/核实率', 'verdicts/数据错误', 'findings/属实率'];
    expect(told.map((name) => of.get(name))).toEqual([0, 3, 1000, 1, 500]);
  });

  test('of what the data have withdrawn since the bars say the same as the figures: it was found all the same', async () => {
    await execute(fixture.pool, `UPDATE finding SET status = 'withdrawn', holds = false WHERE scope = 'FAR'`, []);
    const of = await figures(leader);
    expect([of.get('findings/发现'), of.get('findings/其中数据已撤回')]).toEqual([3, 1]);
    const { charts } = statisticsSchema.parse((await leader.get('/api/statistics?from=2026-07-01&to=2026-07-31')).body);
    expect(charts.find(({ key }) => key === 'months')?.bars).toEqual([{ label: '2026-07', value: 3 }]);
    expect(charts.find(({ key }) => key === 'classes')?.bars).toContainEqual({ label: '不担当不作为', value: 2 });
  });
});

test('the county’s own template takes the place of the shipped one; its mistakes are told in Chinese', async () => {
  const templates = join(folder, 'templates');
  await mkdir(templates, { recursive: true });
  const own = new PizZip(await readFile(new URL('../../../../libs/dossier/data/templates/dossier.docx', import.meta.url)));
  const text = own.file('word/document.xml')?.asText() ?? '';
  const ask = () => leader.post(`/api/clues/${clueId}/dossier`, { reason, uncovered: false });
  own.file('word/document.xml', text.replace('{title}', '{titel}'));
  await writeFile(join(templates, 'dossier.docx'), own.generate({ type: 'nodebuffer' }));
  const { status, body } = await ask();
  expect([status, body.message]).toEqual([400, '文书模板 dossier.docx 有误，请改正：\n没有“titel”这一项']);
  own.file('word/document.xml', text.replace('问题线索卷宗', '响水县纪委监委卷宗'));
  await writeFile(join(templates, 'dossier.docx'), own.generate({ type: 'nodebuffer' }));
  const zip = await fileOf(leader, `/api/clues/${clueId}/dossier`, { reason, uncovered: false });
  expect(textsOf(zip).get('dossier.docx')).toContain('响水县纪委监委卷宗');
});
