import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { builtInCatalogue, type FieldValues } from '@tianyan/contracts';
import { RuleSets } from '@tianyan/findings';
import { DAY_MS, MINUTE_MS } from '@tianyan/kernel';
import { ruleTexts } from '@tianyan/rules';
import { ruleDetailSchema, ruleParametersSchema, startedTrialSchema } from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ADMINISTRATOR, ANALYST, COUNTY_NOW_MS, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { endedTrial } from '../testing/ended-trial.js';
import { markJudged } from '../testing/judged-rules.js';
import { writeRecords } from '../testing/records.js';

const PATH = '/api/rules/order-ping-pong/parameters';
const BASIS = { document: '响水县〔2026〕1号', demands: '两次退回即应督办' };
const minReturns = (value: number) => ({ parameter: 'minReturns', value, ...BASIS });

let fixture: ConsoleFixture;
let administrator: ApiClient;
let analyst: ApiClient;
beforeAll(async () => {
  fixture = await startConsole();
  [administrator, analyst] = [await fixture.signedIn(ADMINISTRATOR), await fixture.signedIn(ANALYST)];
  const returned = (orderId: string, times: number) =>
    Array.from({ length: times }, (_none, n) => ({
      id: `${orderId}-${n}`,
      atMs: COUNTY_NOW_MS - (10 - n) * DAY_MS,
      raw: '{}',
      fields: { orderId, action: 'returned', unitId: null },
    }));
  const contract = builtInCatalogue.get('hotline.order-event');
  await writeRecords(fixture.warehouse, contract, [...returned('A', 2), ...returned('B', 3)], '');
  // The rule reads orders too, and its explanation names places: their tables have to be there.
  const order = {
    title: '路灯不亮',
    content: '路灯不亮',
    channel: '电话',
    category: 'complaint',
    urgency: 'normal',
    status: 'open',
  };
  const write = (type: string, fields: FieldValues) =>
    writeRecords(fixture.warehouse, builtInCatalogue.get(type), [{ id: 'one', atMs: COUNTY_NOW_MS, raw: '{}', fields }], '');
  await write('hotline.order', { ...order, orderId: 'C', matter: 'road', confidential: false });
  await write('directory.division', { divisionCode: '320921100', name: '响水镇', level: 'township' });
  const overdue = ruleTexts(null).filter(({ rule }) =>
    ['order-ping-pong', 'order-overdue', 'invoice-claimed-twice'].includes(rule.id),
  );
  await new RuleSets(fixture.pool, fixture.machineClock).takeFiles(overdue);
});
afterAll(() => fixture.stop());

const read = async (client: ApiClient = analyst, path = PATH) => ruleParametersSchema.parse((await client.get(path)).body);

/** The id of a trial of these settings that has come to its end. */
async function previewed(settings: object[]): Promise<string> {
  const started = startedTrialSchema.parse((await administrator.post(`${PATH}/trials`, { settings })).body);
  const { id, state } = await endedTrial(administrator, started.id);
  expect(state).toBe('done');
  return id;
}

test('what counts where, and what can be set, is told to everybody', async () => {
  expect(await read()).toMatchObject({
    digest: null,
    settings: [],
    misfits: [],
    history: [],
    parameters: [
      {
        name: 'minReturns',
        unit: '次',
        least: 1,
        most: null,
        byRegion: true,
        byDay: true,
        rows: [{ applies: '全县，一直', value: 3, basis: null }],
      },
      { name: 'minUnits' },
    ],
  });
  const overdue = await read(analyst, '/api/rules/order-overdue/parameters');
  expect(overdue.parameters[0]).toMatchObject({
    byRegion: true,
    byDay: true,
    cases: [{ when: { category: 'consult' }, label: expect.stringContaining('咨询') }],
    rows: [{ value: 3 }, { applies: '其余', value: 5 }],
  });
});

test('what a change would find and lose is seen first; saved, the rule reads so everywhere, with basis and history', async () => {
  const started = await administrator.post(`${PATH}/trials`, { settings: [minReturns(2)] });
  const trial = await endedTrial(administrator, startedTrialSchema.parse(started.body).id);
  // Nothing judges here: what stands is not all there is.
  expect(trial).toMatchObject({
    state: 'done',
    result: { hits: 2, underWay: true, changes: { standing: 0, gained: 2, lost: 0 } },
  });
  await markJudged(fixture.pool);
  const judged = await administrator.post(`${PATH}/trials`, { settings: [minReturns(2)] });
  expect(await endedTrial(administrator, startedTrialSchema.parse(judged.body).id)).toMatchObject({
    result: { underWay: false },
  });
  expect((await read()).settings).toEqual([]);

  const saved = await administrator.send('PUT', PATH, {
    settings: [minReturns(2)],
    before: null,
    preview: trial.id,
    reason: '县里从严',
  });
  expect(saved.status).toBe(200);
  const now = await read();
  expect(now).toMatchObject({
    settings: [minReturns(2)],
    parameters: [{ rows: [{ value: 2, basis: BASIS }] }, {}],
    history: [{ account: ADMINISTRATOR.account, reason: '县里从严', lines: [expect.stringContaining('2 次')] }],
  });
  const rule = ruleDetailSchema.parse((await analyst.get('/api/rules/order-ping-pong')).body);
  expect(rule.parameters[0]).toMatchObject({ text: '2 次' });
  expect(rule.meaning.join()).toContain('2');

  const again = await administrator.post(`${PATH}/trials`, { settings: [minReturns(4)] });
  expect(await endedTrial(administrator, startedTrialSchema.parse(again.body).id)).toMatchObject({ result: { hits: 0 } });
  const back = await administrator.send('PUT', PATH, {
    settings: [],
    before: now.digest,
    preview: await previewed([]),
    reason: '恢复',
  });
  expect(back.status).toBe(200);
  expect((await read()).history).toHaveLength(2);
});

test.each([
  [
    'by an analyst',
    () => analyst.send('PUT', PATH, { settings: [], before: null, preview: 'none', reason: '试试看' }),
    403,
    /管理员/,
  ],
  ['tried by an analyst', () => analyst.post(`${PATH}/trials`, { settings: [] }), 403, /管理员/],
  [
    'seen before somebody else changed it',
    () => administrator.send('PUT', PATH, { settings: [minReturns(2)], before: 'other', preview: 'none', reason: '改一改' }),
    409,
    /刚刚改过/,
  ],
  [
    'without a basis',
    () =>
      administrator.send('PUT', PATH, {
        settings: [{ parameter: 'minReturns', value: 2 }],
        before: null,
        preview: 'none',
        reason: '改一改',
      }),
    400,
    /./,
  ],
  [
    'a number of places by place',
    () =>
      administrator.send('PUT', '/api/rules/invoice-claimed-twice/parameters', {
        settings: [{ ...minReturns(2), parameter: 'minVillages', region: '3209' }],
        before: null,
        preview: 'none',
        reason: '改一改',
      }),
    400,
    /不能按地区取值/,
  ],
  [
    'a value by which it cannot be judged',
    () => administrator.send('PUT', PATH, { settings: [minReturns(-1)], before: null, preview: 'none', reason: '改一改' }),
    400,
    /不小于/,
  ],
  [
    'a number out of its limits, by the name that people see',
    () => administrator.send('PUT', PATH, { settings: [minReturns(-5)], before: null, preview: 'none', reason: '改一改' }),
    400,
    /^这些取值不能用：\n第 1 行“[^”a-zA-Z]+”应不小于 1 次，这里是 -5 次$/,
  ],
  [
    'a second row of what has one number alone',
    () =>
      administrator.send('PUT', '/api/rules/invoice-claimed-twice/parameters', {
        settings: [2, 3].map((value) => ({ ...minReturns(value), parameter: 'minVillages' })),
        before: null,
        preview: 'none',
        reason: '改一改',
      }),
    400,
    /第 2 行“[^”a-zA-Z]+”只能全县一个取值/,
  ],
  [
    'of no rule',
    () =>
      administrator.send('PUT', '/api/rules/none/parameters', { settings: [], before: null, preview: 'none', reason: '改一改' }),
    404,
    /没有这条规则/,
  ],
])('refused: %s', async (_name, ask, status, message) => {
  const answer = await ask();
  expect([answer.status, answer.body.message]).toEqual([status, expect.stringMatching(message)]);
});

describe('nothing is saved that was not seen as it is', () => {
  const save = async (preview: string | undefined, value = 2) =>
    administrator.send('PUT', PATH, {
      settings: [minReturns(value)],
      before: (await read()).digest,
      ...(preview === undefined ? {} : { preview }),
      reason: '县里从严',
    });
  const seen = (value: number) => previewed([minReturns(value)]);

  test.each([
    ['without a look', async () => save(undefined), 400],
    ['after a look at nothing', async () => save('none'), 409],
    ['after a look at other values', async () => save(await seen(4)), 409],
    [
      'after a look too long ago',
      async () => {
        const id = await seen(2);
        fixture.machineClock.advanceBy(31 * MINUTE_MS);
        return save(id);
      },
      409,
    ],
    [
      'after a look before a load was taken in',
      async () => {
        const id = await seen(2);
        await fixture.pool.query(
          `INSERT INTO finding_load (id, kind, source, feed, types, judged_at) VALUES ('late', 'upload', 's', 'f', '{}', clock_timestamp())`,
        );
        return save(id);
      },
      409,
    ],
  ])('refused: %s', async (_name, ask, status) => {
    const answer = await ask();
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([status, expect.stringMatching(/先.*看会多出|再点一次/)]);
    expect((await read()).settings).toEqual([]);
  });

  test("somebody else's look is nobody's, and a look at what is saved is enough", async () => {
    const id = await seen(2);
    await fixture.pool.query('UPDATE finding_trial SET asked_by = $1 WHERE id = $2', [fixture.analyst.id, id]);
    expect((await save(id)).status).toBe(409);
    expect((await save(await seen(2))).status).toBe(200);
  });
});
