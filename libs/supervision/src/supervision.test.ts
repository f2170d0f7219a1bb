import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Reach, UnitReach, type User } from '@tianyan/access';
import { reachOf, WHOLE_COUNTY } from '@tianyan/access/testing';
import { DAY_MS } from '@tianyan/kernel';
import { execute, rows } from '@tianyan/postgres';
import { z } from 'zod';
import type { LetterContent, LetterStepRequest, UnitLetterStepRequest } from './api/index.js';
import { EAST, MONDAY_MS, startSupervision, WEST, type SupervisionFixture } from './supervision.test-fixture.js';

let fixture: SupervisionFixture;
beforeAll(async () => {
  fixture = await startSupervision();
});
afterAll(() => fixture.stop());

const EAST_ONLY = reachOf([EAST]);
const CONTENT: LetterContent = {
  kind: 'supervision-order',
  unitCode: 'WATER',
  title: '关于供水工单反复退回的督办',
  text: '请核实四件供水工单的退回理由，落实整改。',
  replyWorkingDays: 5,
};
const ANSWER: UnitLetterStepRequest = {
  step: 'answer',
  measures: '已约谈经办人',
  outcome: '四件全部重办',
  documents: ['水函〔2026〕8号'],
};
let stored = 0;

async function draft(of: { township?: string | null; content?: Partial<LetterContent>; by?: User } = {}): Promise<string> {
  const { township = EAST, content = {}, by = fixture.people.li } = of;
  const findingId = `F${++stored}`;
  await fixture.storeFinding(findingId, township);
  const asked = {
    origin: { kind: 'finding', id: findingId } as const,
    content: { ...CONTENT, ...content },
    cover: false,
    covers: [],
  };
  return (await fixture.letters.draft(WHOLE_COUNTY, by, asked)).id;
}

async function detail(id: string) {
  const found = await fixture.queries.get(WHOLE_COUNTY, id);
  if (!found) throw new Error(`no letter ${id}`);
  return found;
}

async function take(letterId: string, taker: User, request: LetterStepRequest, covers: readonly [string, string][] = []) {
  const { revision } = (await detail(letterId)).letter;
  return fixture.letters.take(WHOLE_COUNTY, taker, { letterId, revision, request, covers });
}

async function ofUnit(letterId: string, user: User, request: UnitLetterStepRequest) {
  const { revision } = (await detail(letterId)).letter;
  return fixture.letters.takeForUnit(UnitReach.of({ user }), user, { letterId, revision, request });
}

async function answered(): Promise<string> {
  const { wang, water } = fixture.people;
  const id = await draft();
  await take(id, wang, { step: 'issue' });
  await ofUnit(id, water, { step: 'receive' });
  await ofUnit(id, water, ANSWER);
  return id;
}

const notices = (id: string) =>
  rows(
    fixture.pool,
    z.object({ kind: z.string(), recipient: z.string() }),
    'SELECT kind, recipient FROM notice_delivery WHERE subject_id = $1 ORDER BY id',
    [id],
  );

describe('a letter', () => {
  test('goes from the draft to its closure, with an answer that was sent back', async () => {
    const { li, wang, water } = fixture.people;
    const id = await draft();
    await expect(take(id, li, { step: 'issue' })).rejects.toThrow('须由另一人签发');
    await take(id, wang, { step: 'issue', opinion: '同意' });
    // 5 working days after Monday: the end of the next Monday.
    const due = Date.parse('2026-03-17T00:00:00+08:00');
    expect((await detail(id)).letter).toMatchObject({ number: '督办单〔2026〕0001号', dueAtMs: due, state: 'issued' });
    await ofUnit(id, water, { step: 'receive' });
    expect((await detail(id)).letter.dueAtMs).toBe(due);
    await ofUnit(id, water, ANSWER);
    expect((await detail(id)).letter.dueAtMs).toBeNull();
    await take(id, li, { step: 'send-back', reason: '没有写明材料', replyWorkingDays: 2 });
    expect((await detail(id)).letter).toMatchObject({ returns: 1, dueAtMs: Date.parse('2026-03-12T00:00:00+08:00') });
    await ofUnit(id, water, ANSWER);
    await take(id, li, { step: 'accept' });
    await expect(take(id, li, { step: 'close' })).rejects.toThrow('须由另一人办结');
    await take(id, wang, { step: 'close' });
    const { letter, steps, unbroken } = await detail(id);
    expect([letter.state, steps.length, unbroken]).toEqual(['closed', 8, true]);
    expect((await notices(id)).map(({ kind, recipient }) => [kind, recipient])).toEqual([
      ['letter-drafted', wang.id],
      ['assignment-issued', water.id],
      ['letter-answered', li.id],
      ['assignment-sent-back', water.id],
      ['letter-answered', li.id],
    ]);
  });

  test('takes a number when it is issued, by kind, without a gap', async () => {
    const { wang } = fixture.people;
    const kind = 'work-reminder';
    const ids = await Promise.all([1, 2, 3, 4, 5].map(() => draft({ content: { kind } })));
    const [given = '', unissued = '', ...others] = ids;
    await take(unissued, wang, { step: 'withdraw', reason: '不必发了' });
    // Refused, rolled back: the number is given again.
    await expect(take(given, wang, { step: 'issue' }, [['供水工单', '供**']])).rejects.toThrow('个人信息');
    await Promise.all([given, ...others].map((id) => take(id, wang, { step: 'issue' })));
    const numbers = await Promise.all(ids.map(async (id) => (await detail(id)).letter.number ?? '没有编号'));
    expect(numbers.toSorted()).toEqual([...[1, 2, 3, 4].map((n) => `工作提醒函〔2026〕000${n}号`), '没有编号'].toSorted());
  });

  test('holds nothing personal: it is refused, or covered where its author agrees', async () => {
    const { li } = fixture.people;
    await fixture.storeFinding('P1');
    const ask = (text: string, cover: boolean, covers: readonly [string, string][] = []) =>
      fixture.letters.draft(WHOLE_COUNTY, li, {
        origin: { kind: 'finding', id: 'P1' },
        content: { ...CONTENT, text },
        cover,
        covers,
      });
    await expect(ask('请联系来电人 13812345678 核实', false)).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('138****5678'),
    });
    await expect(ask('请向单于红核实', false, [['单于红', '单**']])).rejects.toThrow('请向单**核实');
    const { id } = await ask('请向单于红核实，电话 13812345678', true, [['单于红', '单**']]);
    expect((await detail(id)).letter.text).toBe('请向单**核实，电话 138****5678');
    expect(JSON.stringify((await detail(id)).steps)).not.toMatch(/单于红|13812345678/);
  });

  test('is decided on by one of two who decide at once', async () => {
    const { wang, li } = fixture.people;
    const id = await answered();
    const { revision } = (await detail(id)).letter;
    const ask = (taker: User, request: LetterStepRequest) =>
      fixture.letters.take(WHOLE_COUNTY, taker, { letterId: id, revision, request, covers: [] });
    const answers = await Promise.allSettled([
      ask(li, { step: 'accept' }),
      ask(wang, { step: 'send-back', reason: '不够', replyWorkingDays: 2 }),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(answers.find((one) => one.status === 'rejected')?.reason).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('请刷新页面'),
    });
  });

  test('is not issued to a unit for which nobody can receive it', async () => {
    const id = await draft({ content: { unitCode: 'NOBODY' } });
    await expect(take(id, fixture.people.wang, { step: 'issue' })).rejects.toThrow('还没有能登录的联络员');
  });

  test('tells when its history was changed, which the program cannot do', async () => {
    const id = await answered();
    const forge = `UPDATE supervision_step SET content = '{"step":"issue","number":"x"}' WHERE owner_id = $1 AND seq = 2`;
    await expect(execute(fixture.pool, forge, [id])).rejects.toThrow('append-only');
    await execute(fixture.pool, 'ALTER TABLE supervision_step DISABLE TRIGGER supervision_step_append_only');
    await execute(fixture.pool, forge, [id]);
    await execute(fixture.pool, 'ALTER TABLE supervision_step ENABLE TRIGGER supervision_step_append_only');
    expect((await detail(id)).unbroken).toBe(false);
  });
});

describe('who sees a letter', () => {
  test('a unit sees what was given to it, once it was', async () => {
    const { wang, water, roads } = fixture.people;
    const [own, others] = [UnitReach.of({ user: water }), UnitReach.of({ user: roads })];
    const id = await draft();
    expect(await fixture.queries.getOfUnits(own, id)).toBeNull();
    await expect(ofUnit(id, water, { step: 'receive' })).rejects.toMatchObject({ code: 'not-found' });
    await take(id, wang, { step: 'issue' });
    expect((await fixture.queries.getOfUnits(own, id))?.letter.id).toBe(id);
    expect(await fixture.queries.getOfUnits(others, id)).toBeNull();
    expect((await fixture.queries.listOfUnits(others)).map((letter) => letter.id)).not.toContain(id);
    await expect(ofUnit(id, roads, { step: 'receive' })).rejects.toMatchObject({ code: 'not-found' });
    const toRoads = await draft({ content: { unitCode: 'BRIDGES' } });
    await take(toRoads, wang, { step: 'issue' });
    expect((await fixture.queries.listOfUnits(others)).map((letter) => letter.id)).toEqual([toRoads]);
    // Who is no liaison answers for no unit.
    expect(await fixture.queries.listOfUnits(UnitReach.of({ user: wang }))).toEqual([]);
  });

  test('the commission sees it where what it came from lies, then and now', async () => {
    const [near, far, nowhere] = [await draft(), await draft({ township: WEST }), await draft({ township: null })];
    const seen = async () =>
      (await fixture.queries.list(EAST_ONLY, {}, { cursor: null, limit: 200 })).items.map((letter) => letter.id);
    const found = await seen();
    expect([near, far, nowhere].map((id) => found.includes(id))).toEqual([true, false, false]);
    const ask = { letterId: far, revision: 1, request: { step: 'accept' }, covers: [] } as const;
    await expect(fixture.letters.take(EAST_ONLY, fixture.people.zhou, ask)).rejects.toMatchObject({ code: 'not-found' });
    const { origin } = (await detail(far)).letter;
    const drafting = fixture.letters.draft(EAST_ONLY, fixture.people.zhou, {
      origin,
      content: CONTENT,
      cover: false,
      covers: [],
    });
    await expect(drafting).rejects.toThrow('没有这条疑点');
    await execute(fixture.pool, 'UPDATE finding SET township_code = $2 WHERE id = $1', [
      (await detail(near)).letter.origin.id,
      WEST,
    ]);
    expect(await seen()).not.toContain(near);
  });
});

describe('the ledger', () => {
  test('holds what an answer names, until somebody else than who submitted it has accepted it', async () => {
    const { li, wang, water, roads } = fixture.people;
    const letterId = await answered();
    const asked = { letterId, unitCode: 'ROADS', problem: '退回理由不成立', responsible: '陈大同', dueDay: '2026-03-20' };
    const naming = fixture.ledger.register(WHOLE_COUNTY, li, { ...asked, problem: '单于红的四件工单' }, [['单于红', '单**']]);
    await expect(naming).rejects.toThrow('单**的四件工单');
    const { id } = await fixture.ledger.register(WHOLE_COUNTY, li, asked, []);
    const item = async () => (await fixture.ledgerQueries.get(WHOLE_COUNTY, id))?.item;
    // Unit and township are those of the letter, whatever was asked.
    expect(await item()).toMatchObject({ unitCode: 'WATER', townshipCode: EAST, state: 'open' });
    const units = UnitReach.of({ user: water });
    const progress = { step: 'progress', measures: '重办', recoveredFen: 120_050, improvement: '退回复核制度' } as const;
    const foreign = fixture.ledger.takeForUnit(UnitReach.of({ user: roads }), roads, { id, revision: 1, request: progress });
    await expect(foreign).rejects.toMatchObject({ code: 'not-found' });
    await fixture.ledger.takeForUnit(units, water, { id, revision: 1, request: progress });
    const other = { ...progress, measures: '另行处理' };
    await expect(fixture.ledger.takeForUnit(units, water, { id, revision: 1, request: other })).rejects.toThrow('请刷新页面');
    // The office may report for a unit, and then does not accept it.
    await fixture.ledger.take(WHOLE_COUNTY, li, { id, revision: 2, request: { step: 'submit' } });
    const accept = { step: 'accept' } as const;
    await expect(fixture.ledger.take(WHOLE_COUNTY, li, { id, revision: 3, request: accept })).rejects.toThrow('须由另一人验收');
    await fixture.ledger.take(WHOLE_COUNTY, wang, { id, revision: 3, request: accept });
    expect(await item()).toMatchObject({ state: 'settled', recoveredFen: 120_050, improvement: '退回复核制度' });
    const found = await fixture.ledgerQueries.get(WHOLE_COUNTY, id);
    expect([found?.unbroken, JSON.stringify(found?.steps).includes('陈大同')]).toEqual([true, false]);
    await expect(
      fixture.ledger.take(WHOLE_COUNTY, wang, { id, revision: 4, request: { step: 'reject', reason: '反悔' } }),
    ).rejects.toThrow('这项整改现在是“已销号”，不能“验收退回”');
  });

  test('counts what may be seen, and says what is overdue', async () => {
    const { li, zhou } = fixture.people;
    const before = await fixture.ledgerQueries.totals(WHOLE_COUNTY, { unitCode: 'ROADS' }, '2026-03-10');
    expect(before).toMatchObject({ total: 0, recoveredFen: 0 });
    const register = (townshipCode: string | undefined, dueDay: string) =>
      fixture.ledger.register(
        WHOLE_COUNTY,
        li,
        {
          unitCode: 'ROADS',
          problem: '护栏缺失',
          dueDay,
          ...(townshipCode && { townshipCode }),
        },
        [],
      );
    const near = await register(EAST, '2026-03-09');
    await register(WEST, '2026-03-10');
    await register(undefined, '2026-03-11');
    const totals = (reach: typeof WHOLE_COUNTY) => fixture.ledgerQueries.totals(reach, { unitCode: 'ROADS' }, '2026-03-10');
    expect(await totals(WHOLE_COUNTY)).toMatchObject({ total: 3, overdue: 1 });
    expect(await totals(EAST_ONLY)).toMatchObject({ total: 1, overdue: 1 });
    const { items } = await fixture.ledgerQueries.list(EAST_ONLY, { overdueOn: '2026-03-10' }, { cursor: null, limit: 10 });
    expect(items.map(({ id }) => id)).toEqual([near.id]);
    const elsewhere = { unitCode: 'ROADS', problem: '护栏缺失', dueDay: '2026-03-20', townshipCode: WEST };
    await expect(fixture.ledger.register(EAST_ONLY, zhou, elsewhere, [])).rejects.toThrow('请选择您管辖范围内的乡镇');
  });
});

test('a letter of a clue that is kept to a circle, what is put right after it, and what is told of it keep to that', async () => {
  const { li, wang, zhou } = fixture.people;
  await fixture.storeClue('SECRET', 1, [li.id]);
  const draftBy = (user: User) =>
    fixture.letters.draft(Reach.of({ user }), user, {
      origin: { kind: 'clue', id: 'SECRET' },
      content: CONTENT,
      cover: false,
      covers: [],
    });
  await expect(draftBy(wang)).rejects.toMatchObject({ code: 'not-found' });
  const { id } = await draftBy(li);
  const seenBy = async (user: User) => (await fixture.queries.get(Reach.of({ user }), id)) !== null;
  expect(await Promise.all([li, wang, zhou].map(seenBy))).toEqual([true, false, false]);
  const listed = async (user: User) =>
    (await fixture.queries.list(Reach.of({ user }), { originIds: ['SECRET'] }, { cursor: null, limit: 9 })).items.length;
  expect([await listed(li), await listed(wang)]).toEqual([1, 0]);
  // The leader, who could issue it, is not in the know: nobody is told.
  expect(await notices(id)).toEqual([]);
  await expect(
    fixture.letters.take(Reach.of({ user: wang }), wang, { letterId: id, revision: 1, request: { step: 'issue' }, covers: [] }),
  ).rejects.toMatchObject({ code: 'not-found' });
  const item = { unitCode: 'WATER', letterId: id, problem: '供水', dueDay: '2026-03-20' };
  await expect(fixture.ledger.register(Reach.of({ user: wang }), wang, item, [])).rejects.toMatchObject({ code: 'not-found' });
});

// At the end: the clock goes on.
test('units and handlers are reminded once before the date, and once after it, with whoever manages', async () => {
  const { li, wang, water } = fixture.people;
  const id = await draft();
  await take(id, wang, { step: 'issue' });
  const told = async () => (await notices(id)).slice(2).map(({ kind, recipient }) => `${kind} ${recipient}`);
  await fixture.watch.round();
  expect(await told()).toEqual([]);
  fixture.countyClock.advanceTo(MONDAY_MS + 6 * DAY_MS);
  await fixture.watch.round();
  await fixture.watch.round();
  const soon = [`assignment-due-soon ${water.id}`, `letter-due-soon ${li.id}`];
  expect(await told()).toEqual(soon);
  fixture.countyClock.advanceTo(MONDAY_MS + 8 * DAY_MS);
  await fixture.watch.round();
  await fixture.watch.round();
  expect((await told()).toSorted()).toEqual(
    [...soon, `assignment-overdue ${water.id}`, `letter-overdue ${li.id}`, `letter-overdue ${wang.id}`].toSorted(),
  );
});
