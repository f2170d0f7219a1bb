import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execute, rows } from '@tianyan/postgres';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { clueDetailSchema, findingListSchema, rectificationTotalsSchema } from '../api/index.js';
import {
  assignedCircularDetailSchema,
  assignedCircularsSchema,
  circularDetailSchema,
  circularListSchema,
  type AssignedCircularDetail,
} from '../api/circulars.js';
import type { ApiClient } from '../testing/api-client.js';
import { ANALYST, LEADER, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { returnedOften } from '../testing/planted-finding.js';

const PDF = Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n');
const PASSWORD = 'Liaison-2026-xyz';
const TOWNSMAN = { account: 'zhou.jie', password: 'Township-2026-xyz' };
const CONTENT = {
  title: '关于五次退单的通报',
  text: '县水务局、县交通局对同一件工单五次退回，延误办理。请举一反三，建章立制。',
  unitCodes: ['WATER', 'ROADS'],
  firstUnitCode: 'WATER',
  audience: 'named',
  reportWorkingDays: 10,
};

let fixture: ConsoleFixture;
let analyst: ApiClient;
let leader: ApiClient;
let townsman: ApiClient;
let townsmanId = '';
let water: ApiClient;
let roads: ApiClient;
let bystander: ApiClient;
let findingIds: string[] = [];

beforeAll(async () => {
  fixture = await startConsole();
  await fixture.storeFindings(
    ['GD-1', 'GD-2', 'GD-3'].map((scope) => returnedOften(scope, { unitId: 'WATER', townshipCode: '320921100' }, 5)),
  );
  const liaison = { role: 'unit-liaison', townshipCodes: null, mustChangePassword: false, password: PASSWORD } as const;
  for (const [account, unit] of [
    ['water', 'WATER'],
    ['roads', 'ROADS'],
    ['health', 'HEALTH'],
  ] as const)
    await fixture.users.create({ ...liaison, account, displayName: `${account} 联络员`, unitCodes: [unit] });
  const townshipCodes = ['320921999'];
  const zhou = await fixture.users.create({
    ...TOWNSMAN,
    displayName: '周杰',
    role: 'analyst',
    townshipCodes,
    mustChangePassword: false,
  });
  townsmanId = zhou?.id ?? '';
  analyst = await fixture.signedIn(ANALYST);
  leader = await fixture.signedIn(LEADER);
  townsman = await fixture.signedIn(TOWNSMAN);
  water = await fixture.signedIn({ account: 'water', password: PASSWORD });
  roads = await fixture.signedIn({ account: 'roads', password: PASSWORD });
  bystander = await fixture.signedIn({ account: 'health', password: PASSWORD });
  findingIds = findingListSchema.parse((await analyst.get('/api/findings')).body).items.map(({ id }) => id);
});
afterAll(() => fixture.stop());

const ask = (content: object = CONTENT, more: object = {}, findingId = findingIds[0]) =>
  analyst.post('/api/circulars', { origins: [{ kind: 'finding', id: findingId }], content, ...more });
const draft = async (...of: Parameters<typeof ask>) => circularDetailSchema.parse((await ask(...of)).body);
const at = async (id: string, client = analyst) => circularDetailSchema.parse((await client.get(`/api/circulars/${id}`)).body);
const atUnit = async (id: string, client: ApiClient) =>
  assignedCircularDetailSchema.parse((await client.get(`/api/assignments/circulars/${id}`)).body);
const take = async (client: ApiClient, id: string, step: object) =>
  client.post(`/api/circulars/${id}/steps`, { revision: (await at(id)).revision, step });

async function issued(content: object = CONTENT, more: object = {}): Promise<string> {
  const { id } = await draft(content, more);
  expect((await take(leader, id, { step: 'issue' })).status).toBe(200);
  return id;
}

const report = (client: ApiClient, id: string, unitCode: string, no: number) =>
  client.post(`/api/assignments/circulars/${id}/improvements`, {
    unitCode,
    name: `退单复核办法之${no}`,
    documentNumber: `${unitCode}发〔2026〕${no}号`,
    documentDay: '2026-06-20',
    kind: no % 5 === 0 ? 'amended' : 'new',
  });

async function prove(client: ApiClient, improvementId: string): Promise<number> {
  const form = new FormData();
  form.set('id', randomUUID());
  form.set('file', new Blob([new Uint8Array(PDF)]), '制度.pdf');
  const headers = { origin: fixture.baseUrl, cookie: client.cookie ?? '' };
  const path = `${fixture.baseUrl}/api/assignments/improvements/${improvementId}/files`;
  return (await fetch(path, { method: 'POST', headers, body: form })).status;
}

/** Reports and proves so many. */
async function reportAll(client: ApiClient, id: string, of: { unitCode: string; from: number; to: number }) {
  let after: AssignedCircularDetail | null = null;
  for (let no = of.from; no <= of.to; no++)
    after = assignedCircularDetailSchema.parse((await report(client, id, of.unitCode, no)).body);
  for (const { id: improvementId } of after?.improvements ?? []) expect(await prove(client, improvementId)).toBe(200);
}

const count = (id: string, revision: number, client = analyst) =>
  client.post(`/api/improvements/${id}/steps`, { revision, step: { step: 'count' } });
/** The circular's last step in the audit log, with the hash that its history ends with. */
async function isClosingLogged(id: string): Promise<boolean> {
  const sql = `SELECT a.object FROM access_audit a JOIN supervision_circular k ON k.id = $1
    WHERE k.state = 'closed' AND a.action = 'take-circular-step' AND a.object = 'circular/' || k.id || '/step/' || k.steps || '@' || k.head_hash`;
  return (await rows(fixture.pool, z.object({ object: z.string() }), sql, [id])).length === 1;
}
const finish = (client: ApiClient, id: string, unitCode: string) =>
  client.post(`/api/assignments/circulars/${id}/steps`, { step: { step: 'finish', unitCode } });

test('two units are told of five returns, report 23 systems, and the circular closes when the last is counted', async () => {
  const drafted = await draft();
  const { id } = drafted;
  expect(drafted).toMatchObject({ state: 'drafted', number: null, allowedSteps: ['revise'], firstUnitName: 'WATER' });
  expect((await water.get(`/api/assignments/circulars/${id}`)).status).toBe(404);
  expect((await take(analyst, id, { step: 'issue' })).status).toBe(403);
  await take(leader, id, { step: 'issue' });
  expect(await at(id)).toMatchObject({ state: 'issued', number: '通报〔2026〕0001号' });
  expect((await atUnit(id, water)).read).toBe(false);
  await water.post(`/api/assignments/circulars/${id}/receipts`, {});
  const { readers, units } = await at(id);
  expect([readers.expected, readers.items.map(({ unitName }) => unitName)]).toEqual([2, ['WATER']]);
  expect(units.map(({ progress }) => progress)).toEqual(['reporting', 'waiting']);
  const nothing = await finish(water, id, 'WATER');
  expect([nothing.status, nothing.body.message]).toEqual([409, expect.stringContaining('还没有报送任何制度')]);
  await reportAll(water, id, { unitCode: 'WATER', from: 1, to: 15 });
  await reportAll(roads, id, { unitCode: 'ROADS', from: 1, to: 8 });
  const again = await report(water, id, 'WATER', 3);
  expect([again.status, again.body.message]).toEqual([409, expect.stringContaining('同一项制度只计一次')]);
  expect((await report(water, id, 'ROADS', 99)).status).toBe(409);
  // A unit sees its own alone.
  expect((await atUnit(id, roads)).improvements.map(({ unitCode }) => unitCode)).toEqual(
    Array.from({ length: 8 }, () => 'ROADS'),
  );
  for (const [client, unit] of [
    [water, 'WATER'],
    [roads, 'ROADS'],
  ] as const)
    expect((await finish(client, id, unit)).status).toBe(200);
  expect((await report(water, id, 'WATER', 16)).status).toBe(409);
  const { improvements } = await at(id);
  const first = improvements.find(({ documentNumber }) => documentNumber === 'WATER发〔2026〕1号');
  const others = improvements.filter((one) => one !== first);
  // Sent back with a reason, mended, counted.
  const sentBack = { revision: first?.revision, step: { step: 'send-back', reason: '文号与文件不符' } };
  expect((await analyst.post(`/api/improvements/${first?.id}/steps`, sentBack)).status).toBe(200);
  const toMend = (await atUnit(id, water)).improvements.find((one) => one.id === first?.id);
  expect(toMend).toMatchObject({ state: 'sent-back', allowedSteps: ['resubmit', 'drop'] });
  expect(toMend?.steps.at(-1)).toMatchObject({ takerName: '县纪委监委', lines: [{ text: '文号与文件不符' }] });
  const mended = {
    step: 'resubmit',
    name: '退单复核办法',
    documentNumber: '水发〔2026〕1号',
    documentDay: '2026-06-21',
    kind: 'new',
  };
  const resubmitted = await water.post(`/api/assignments/improvements/${first?.id}/steps`, {
    revision: toMend?.revision,
    step: mended,
  });
  expect(resubmitted.status).toBe(200);
  for (const { id: improvementId, revision } of others) expect((await count(improvementId, revision)).status).toBe(200);
  expect(await at(id)).toMatchObject({ state: 'issued', counted: { total: 22 } });
  const last = (await at(id)).improvements.find((one) => one.id === first?.id);
  await count(first?.id ?? '', last?.revision ?? 0);
  const closed = await at(id);
  expect(closed).toMatchObject({ state: 'closed', unbroken: true, dueAtMs: null, counted: { total: 23 } });
  expect(closed.counted.byKind.map(({ key, count: of }) => [key, of])).toEqual([
    ['new', 19],
    ['amended', 4],
    ['abolished', 0],
  ]);
  expect(closed.units.map(({ progress, counted }) => [progress, counted])).toEqual([
    ['done', 15],
    ['done', 8],
  ]);
  const totals = rectificationTotalsSchema.parse((await leader.get('/api/rectifications/totals')).body);
  expect(totals.countedImprovements).toBe(23);
  expect(closed.steps.at(-1)).toMatchObject({ kindLabel: '办结', stateLabel: '已办结' });
  expect(await isClosingLogged(id)).toBe(true);
}, 120_000);

describe('before it is sent out', () => {
  test('what names somebody is refused with the place, and covered for nobody', async () => {
    const refused = await ask({ ...CONTENT, text: '来电人电话 13812345678，五次退单。' });
    expect([refused.status, refused.body.message]).toEqual([400, expect.stringContaining('138****5678')]);
    expect(refused.body.message).not.toContain('遮蔽后提交');
    const first = await ask({ ...CONTENT, firstUnitCode: 'HEALTH' });
    expect(first.status).toBe(400);
  });

  test('what does not hold any more is told, and issued only by whoever says so', async () => {
    const { id } = await draft(CONTENT, {}, findingIds[1]);
    await analyst.post(`/api/findings/${findingIds[1]}/decisions`, { decision: 'dismiss', reason: '核实不是问题' });
    await execute(fixture.pool, `UPDATE finding SET status = 'withdrawn', holds = false WHERE id = $1`, [findingIds[1]]);
    expect((await at(id, leader)).warnings).toEqual([expect.stringContaining('已不再支持')]);
    const warned = await take(leader, id, { step: 'issue' });
    expect([warned.status, warned.body.message]).toEqual([409, expect.stringContaining('仍要签发')]);
    const bare = await take(leader, id, { step: 'issue', despite: true });
    expect([bare.status, bare.body.message]).toEqual([409, expect.stringContaining('写明意见')]);
    expect((await take(leader, id, { step: 'issue', despite: true, opinion: '事实另有佐证' })).status).toBe(200);
    const linesOf = async (of: string) => (await at(of)).steps.at(-1)?.lines.map(({ text }) => text);
    expect(await linesOf(id)).toContain('来源有变，仍然签发');
    // Said beforehand, where nothing has changed, it answers nothing.
    const { id: unchanged } = await draft();
    await take(leader, unchanged, { step: 'issue', despite: true, opinion: '同意' });
    expect(await linesOf(unchanged)).not.toContain('来源有变，仍然签发');
  });

  test('one that is sent twice under one key is one draft', async () => {
    const body = { origins: [{ kind: 'finding', id: findingIds[0] }], content: { ...CONTENT, title: '只拟一次的通报' } };
    const send = () => analyst.post('/api/circulars', body, { 'idempotency-key': 'drafting-a-circular-once' });
    const answers = [await send(), await send()];
    expect(answers.map(({ status, body: { id } }) => [status, id])).toEqual(answers.map(() => [200, answers[0]?.body.id]));
    const listed = (await analyst.get('/api/circulars?text=只拟一次的通报')).body;
    expect(listed.items).toHaveLength(1);
  });

  test('numbers have no gaps, however many are issued at once', async () => {
    const ids = [];
    for (const _ of [1, 2, 3, 4]) ids.push((await draft()).id);
    await Promise.all(ids.map((id) => take(leader, id, { step: 'issue' })));
    const { items } = circularListSchema.parse((await analyst.get('/api/circulars?limit=200')).body);
    const given = items.flatMap(({ number }) => (number === null ? [] : [number])).toSorted((a, b) => a.localeCompare(b));
    expect(given).toEqual(given.map((_number, index) => `通报〔2026〕${String(index + 1).padStart(4, '0')}号`));
  });
});

describe('who reads it', () => {
  test('a unit that it was not sent to is answered like for one that is not there; county-wide every liaison reads it', async () => {
    const named = await issued();
    const bare = ({ status, body }: { status: number; body: object }) => [status, { ...body, requestId: '' }];
    const absent = bare(await bystander.get('/api/assignments/circulars/none'));
    expect(bare(await bystander.get(`/api/assignments/circulars/${named}`))).toEqual(absent);
    expect((await bystander.post(`/api/assignments/circulars/${named}/receipts`, {})).status).toBe(404);
    expect((await townsman.get(`/api/circulars/${named}`)).status).toBe(404);
    const wide = await issued({ ...CONTENT, audience: 'county' });
    const { items } = assignedCircularsSchema.parse((await bystander.get('/api/assignments/circulars')).body);
    expect(items.map(({ id, toReport }) => [id, toReport])).toEqual([[wide, false]]);
    await bystander.post(`/api/assignments/circulars/${wide}/receipts`, {});
    const { readers } = await at(wide, townsman);
    expect([readers.expected, readers.items.map(({ unitName }) => unitName)]).toEqual([3, ['HEALTH']]);
    // Not what it was drafted from, which lies elsewhere; nor where, by a filter that finds it.
    const inPlace = async (client: ApiClient) =>
      circularListSchema.parse((await client.get('/api/circulars?township=320921100&limit=200')).body).items.map(({ id }) => id);
    expect([await inPlace(townsman), (await inPlace(analyst)).includes(wide)]).toEqual([[], true]);
    const read = await at(wide, townsman);
    expect([read.origins, read.allowedSteps, read.mayCorrect]).toEqual([[], [], false]);
    expect(read.steps.map(({ kindLabel, lines }) => [kindLabel, lines])).toEqual([
      ['拟稿', []],
      ['签发', []],
    ]);
    const [reported] = assignedCircularDetailSchema.parse((await report(water, wide, 'WATER', 80)).body).improvements;
    expect((await count(reported?.id ?? '', 1, townsman)).status).toBe(404);
    const seen = JSON.stringify((await bystander.get(`/api/assignments/circulars/${wide}`)).body);
    expect(findingIds.filter((id) => seen.includes(id))).toEqual([]);
    const receipt = `UPDATE supervision_circular_receipt SET at_ms = 0 WHERE circular_id = $1`;
    await expect(execute(fixture.pool, receipt, [wide])).rejects.toThrow('append-only');
  });

  test('where nothing is to be reported, it closes when the units named have read it', async () => {
    const { reportWorkingDays: _days, ...content } = CONTENT;
    const id = await issued(content);
    expect((await report(water, id, 'WATER', 50)).status).toBe(409);
    await water.post(`/api/assignments/circulars/${id}/receipts`, {});
    expect((await at(id)).state).toBe('issued');
    await roads.post(`/api/assignments/circulars/${id}/receipts`, {});
    expect((await at(id)).state).toBe('closed');
    expect(await isClosingLogged(id)).toBe(true);
  });
});

test('a system without its document is not counted; a unit may be excused, and take back what it reported', async () => {
  const id = await issued();
  const [item] = assignedCircularDetailSchema.parse((await report(water, id, 'WATER', 60)).body).improvements;
  const bare = await count(item?.id ?? '', 1);
  expect([bare.status, bare.body.message]).toEqual([409, expect.stringContaining('还没有佐证附件')]);
  expect((await water.post(`/api/improvements/${item?.id}/steps`, { revision: 1, step: { step: 'count' } })).status).toBe(403);
  const foreign = await roads.post(`/api/assignments/improvements/${item?.id}/steps`, {
    revision: 1,
    step: { step: 'drop', reason: '不该' },
  });
  expect(foreign.status).toBe(404);
  await water.post(`/api/assignments/improvements/${item?.id}/steps`, {
    revision: 1,
    step: { step: 'drop', reason: '重复报送' },
  });
  // Taken back, the document may be reported again.
  expect((await report(water, id, 'WATER', 60)).status).toBe(200);
  await take(leader, id, { step: 'excuse', unitCode: 'ROADS', reason: '单位已撤并' });
  const { units } = await at(id);
  expect(units.map(({ progress, reported }) => [progress, reported])).toEqual([
    ['reporting', 1],
    ['excused', 0],
  ]);
});

test('files may be put right until the unit has said that all is there, and of what was sent back', async () => {
  const id = await issued();
  await report(water, id, 'WATER', 90);
  const first = (await atUnit(id, water)).improvements[0]?.id ?? '';
  await report(water, id, 'WATER', 91);
  const itemOf = async (of: string) => (await atUnit(id, water)).improvements.find((one) => one.id === of);
  const second = (await atUnit(id, water)).improvements.find((one) => one.id !== first)?.id ?? '';
  const fileOf = async (of: string) => (await itemOf(of))?.files.find(({ withdrawn }) => withdrawn === null)?.id;
  const withdraw = async (of: string) => {
    const path = `/api/assignments/improvements/${of}/files/${await fileOf(of)}/withdraw`;
    const { status, body } = await water.post(path, { reason: '传错了文件' });
    return [status, body.message];
  };
  expect(await prove(water, first)).toBe(200);
  expect((await withdraw(first))[0]).toBe(200);
  expect(await prove(water, first)).toBe(200);
  const bare = await finish(water, id, 'WATER');
  expect([bare.status, bare.body.message]).toEqual([409, expect.stringContaining('还有 1 项制度没有佐证附件')]);
  expect(await prove(water, second)).toBe(200);
  expect((await finish(water, id, 'WATER')).status).toBe(200);
  const settled = [409, expect.stringContaining('退回补正以后可以')];
  expect([await prove(water, first), await withdraw(first), (await itemOf(first))?.mayAttach]).toEqual([409, settled, false]);
  const sendBack = async () => {
    const step = { step: 'send-back', reason: '文件与文号不符' };
    return (await analyst.post(`/api/improvements/${first}/steps`, { revision: (await itemOf(first))?.revision, step })).status;
  };
  const resubmit = async () => {
    const step = {
      step: 'resubmit',
      name: '办法',
      documentNumber: 'WATER发〔2026〕90号',
      documentDay: '2026-06-20',
      kind: 'new',
    };
    const body = { revision: (await itemOf(first))?.revision, step };
    const answer = await water.post(`/api/assignments/improvements/${first}/steps`, body);
    return [answer.status, answer.body.message];
  };
  expect([await sendBack(), (await itemOf(first))?.mayAttach, (await withdraw(first))[0]]).toEqual([200, true, 200]);
  expect(await resubmit()).toEqual([409, expect.stringContaining('重报以后不能再增加')]);
  expect([await prove(water, first), (await resubmit())[0], await prove(water, first)]).toEqual([200, 200, 409]);
  await take(leader, id, { step: 'withdraw', reason: '发错了单位' });
  expect((await itemOf(second))?.mayAttach).toBe(false);
});

test('whoever does not see what a circular for the whole county came from is not told that it is what he has withdrawn from', async () => {
  const clue = clueDetailSchema.parse((await analyst.post('/api/clues', { findingIds: [findingIds[2]] })).body);
  const recuse = { step: 'recuse', userId: townsmanId, reason: '与被反映人是亲属' };
  expect((await analyst.post(`/api/clues/${clue.id}/steps`, { revision: 1, step: recuse })).body).toMatchObject({ id: clue.id });
  const content = { ...CONTENT, audience: 'county' };
  const origins = [{ kind: 'clue', id: clue.id }];
  const { id } = circularDetailSchema.parse((await analyst.post('/api/circulars', { origins, content })).body);
  expect((await take(leader, id, { step: 'issue' })).status).toBe(200);
  expect(await at(id, townsman)).toMatchObject({ recused: false, allowedSteps: [] });
});

test('it is withdrawn with a reason that units read, and put right by a new one that names it', async () => {
  const id = await issued();
  const early = await ask(CONTENT, { correctsId: (await draft()).id });
  expect([early.status, early.body.message]).toEqual([409, expect.stringContaining('只有签发过的通报才能更正')]);
  await take(leader, id, { step: 'withdraw', reason: '单位名称有误' });
  const correctionId = await issued({ ...CONTENT, title: '关于五次退单的通报（更正）' }, { correctsId: id });
  const [before, after] = [await atUnit(id, water), await atUnit(correctionId, water)];
  expect(before.steps.at(-1)).toMatchObject({ kindLabel: '撤回', lines: [{ text: '单位名称有误' }] });
  expect([before.state, before.correctedBy.map((one) => one.id), after.corrects?.id]).toEqual(['withdrawn', [correctionId], id]);
  expect((await report(water, id, 'WATER', 70)).status).toBe(409);
  const log = await rows(
    fixture.pool,
    z.object({ object: z.string() }),
    `SELECT object FROM access_audit WHERE action = 'take-circular-step' AND object LIKE 'circular/' || $1 || '/%' ORDER BY id`,
    [id],
  );
  expect(log.map(({ object }) => /step\/(\d)@[0-9a-f]{64}$/.exec(object)?.[1])).toEqual(['1', '2', '3']);
});

test('a step that the log does not take is not taken: both stand, or neither', async () => {
  const id = await issued();
  expect((await report(water, id, 'WATER', 180)).status).toBe(200);
  const [improvement] = (await atUnit(id, water)).improvements;
  const improvementId = improvement?.id ?? '';
  expect(await prove(water, improvementId)).toBe(200);
  const announcement = await issued({ ...CONTENT, unitCodes: ['ROADS'], firstUnitCode: 'ROADS', reportWorkingDays: undefined });
  const waiting = await draft();
  const stored = `SELECT (SELECT count(*) FROM supervision_step)::int AS steps, (SELECT count(*) FROM supervision_circular)::int AS circulars,
    (SELECT count(*) FROM supervision_improvement)::int AS improvements, (SELECT count(*) FROM supervision_circular_receipt)::int AS receipts`;
  const counted = z.object({ steps: z.int(), circulars: z.int(), improvements: z.int(), receipts: z.int() });
  const before = await rows(fixture.pool, counted, stored);
  const attempts = {
    draft: () => ask(),
    issue: () => take(leader, waiting.id, { step: 'issue' }),
    excuse: () => take(leader, id, { step: 'excuse', unitCode: 'ROADS', reason: '没有相关职责' }),
    report: () => report(water, id, 'WATER', 181),
    finish: () => water.post(`/api/assignments/circulars/${id}/steps`, { step: { step: 'finish', unitCode: 'WATER' } }),
    sendBack: () =>
      analyst.post(`/api/improvements/${improvementId}/steps`, { revision: 2, step: { step: 'send-back', reason: '文号有误' } }),
    drop: () =>
      water.post(`/api/assignments/improvements/${improvementId}/steps`, {
        revision: 2,
        step: { step: 'drop', reason: '报错了' },
      }),
    // The last that has to read it closes it.
    read: () => roads.post(`/api/assignments/circulars/${announcement}/receipts`, {}),
  };
  await execute(
    fixture.pool,
    `CREATE FUNCTION refuse_log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'killed'; END $$;
     CREATE TRIGGER refuse_log BEFORE INSERT ON access_audit FOR EACH ROW
       WHEN (NEW.action IN ('take-circular-step', 'take-improvement-step', 'read-circular')) EXECUTE FUNCTION refuse_log()`,
  );
  for (const [name, attempt] of Object.entries(attempts))
    expect([name, (await attempt()).status, await rows(fixture.pool, counted, stored)]).toEqual([name, 500, before]);
  await execute(fixture.pool, 'DROP TRIGGER refuse_log ON access_audit; DROP FUNCTION refuse_log()');
  expect((await attempts.read()).status).toBe(200);
  expect(await isClosingLogged(announcement)).toBe(true);
  expect((await attempts.sendBack()).status).toBe(200);
});
