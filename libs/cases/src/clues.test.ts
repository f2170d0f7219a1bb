import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Reach, type User } from '@tianyan/access';
import { reachOf, WHOLE_COUNTY } from '@tianyan/access/testing';
import { execute, row, rows } from '@tianyan/postgres';
import { z } from 'zod';
import type { StepRequest } from './api/index.js';
import { EAST, startClues, WEST, type CluesFixture } from './clues.test-fixture.js';

let fixture: CluesFixture;
beforeAll(async () => {
  fixture = await startClues();
});
afterAll(() => fixture.stop());

const EAST_ONLY = reachOf([EAST]);
const reason = '按程序办理';
let stored = 0;

async function register(
  count = 1,
  finding: Parameters<CluesFixture['store']>[1] = {},
): Promise<{ id: string; findingIds: string[] }> {
  const findingIds = Array.from({ length: count }, () => `F${++stored}`);
  for (const id of findingIds) await fixture.store(id, finding);
  const { clueId } = await fixture.clues.register(WHOLE_COUNTY, fixture.people.li, { findingIds, reason: null });
  return { id: clueId, findingIds };
}

async function detail(id: string) {
  const found = await fixture.queries.get(WHOLE_COUNTY, id);
  if (!found) throw new Error(`no clue ${id}`);
  return found;
}

async function take(id: string, taker: User, request: StepRequest) {
  const { clue } = await detail(id);
  return fixture.clues.take(WHOLE_COUNTY, taker, { clueId: id, revision: clue.revision, request });
}

async function detailFor(user: User, id: string) {
  const found = await fixture.queries.get(Reach.of({ user }), id);
  if (!found) throw new Error(`${user.account} sees no clue ${id}`);
  return found;
}

/** As the person's own reach lets it. */
async function takeFor(user: User, id: string, request: StepRequest) {
  const { clue } = await detailFor(user, id);
  return fixture.clues.take(Reach.of({ user }), user, { clueId: id, revision: clue.revision, request });
}

const notices = (id: string) =>
  rows(
    fixture.pool,
    z.object({ recipient: z.string(), state: z.string() }),
    "SELECT recipient, state FROM notice_delivery WHERE subject_kind = 'clue' AND subject_id = $1 ORDER BY id",
    [id],
  );

const statusOf = async (id: string) =>
  (await row(fixture.pool, z.object({ status: z.string() }), 'SELECT status FROM finding WHERE id = $1', [id])).status;

describe('a clue', () => {
  test('goes from its findings to the re-visit, by two people', async () => {
    const { li, wang } = fixture.people;
    const { id, findingIds } = await register(2);
    expect(await Promise.all(findingIds.map(statusOf))).toEqual(['promoted', 'promoted']);
    await take(id, wang, { step: 'assign', assigneeId: li.id });
    await take(id, li, { step: 'verify', verdict: 'confirmed', report: '查阅台账，属实' });
    await take(id, li, { step: 'propose', disposal: 'talk-or-letter', reason });
    await expect(take(id, li, { step: 'approve' })).rejects.toThrow('处置意见是您提出的，须由另一人审批。');
    await take(id, wang, { step: 'approve' });
    await take(id, li, { step: 'add-person', name: '陈某某', unit: '东河镇', post: '站长' });
    const [personId = ''] = (await detail(id)).facts.personIds;
    await take(id, li, { step: 'set-form', personId, form: 'first', measure: '提醒谈话' });
    await take(id, li, { step: 'report', outcome: 'rectify', report: reason });
    await take(id, li, { step: 'submit', report: '已全部补办' });
    await expect(take(id, li, { step: 'accept' })).rejects.toThrow('整改是您提交的，须由另一人验收。');
    await take(id, wang, { step: 'accept' });
    await take(id, wang, { step: 'close', report: '已整改' });
    await take(id, li, { step: 'revisit', outcome: 'holds', report: '未反弹' });
    const { clue, steps, people, unbroken } = await detail(id);
    expect(clue).toMatchObject({
      state: 'closed',
      verdict: 'confirmed',
      disposal: 'talk-or-letter',
      revision: 12,
      dueAtMs: null,
    });
    expect(people).toMatchObject([{ name: '陈某某', form: 'first', measure: '提醒谈话' }]);
    expect(steps.map(({ content }) => content.step)).toEqual(
      'register assign verify propose approve add-person set-form report submit accept close revisit'.split(' '),
    );
    expect(steps[2]).toMatchObject({ takerAccount: 'li', stateAfter: 'disposing' });
    // Steps are kept for ever as they are: no name stands there.
    expect(JSON.stringify(steps)).not.toContain('陈某某');
    expect(unbroken).toBe(true);
  });

  test('is decided on by one of two who decide at once; the other reads who was quicker', async () => {
    const { li, wang } = fixture.people;
    const { id } = await register();
    const assign = (taker: User) =>
      fixture.clues.take(WHOLE_COUNTY, taker, { clueId: id, revision: 1, request: { step: 'assign', assigneeId: li.id } });
    const answers = await Promise.allSettled([assign(wang), assign(li)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const refused = answers.find((one) => one.status === 'rejected');
    expect(refused?.reason).toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/(王刚|李芬) 已于 .+ 对线索〔2026〕\d{4}号“分办”/),
    });
    expect((await detail(id)).clue.revision).toBe(2);
  });

  test('has a number without a gap, whatever fails and however many register at once', async () => {
    const number = async (id: string) => Number(/\d{4}(?=号)/.exec((await detail(id)).clue.number)?.[0]);
    const first = await number((await register()).id);
    const { findingIds } = await register();
    await expect(fixture.clues.register(WHOLE_COUNTY, fixture.people.li, { findingIds, reason: null })).rejects.toThrow(
      '选中的疑点已在一条线索里办理',
    );
    const ids = await Promise.all(Array.from({ length: 8 }, () => register()));
    const numbers = await Promise.all(ids.map(({ id }) => number(id)));
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 8 }, (_, index) => first + 2 + index));
  });

  test('cannot be given to whom it is not for', async () => {
    const { li, wang, zhou, he, sun } = fixture.people;
    const { id } = await register(1, { township: WEST });
    const assign = (user: User) => take(id, wang, { step: 'assign', assigneeId: user.id });
    await expect(assign(he)).rejects.toThrow('何平不能办理线索');
    await expect(assign(wang)).rejects.toThrow('王刚不能办理线索');
    await expect(assign(zhou)).rejects.toThrow('超出周杰的管辖范围');
    await take(id, wang, { step: 'recuse', userId: li.id, reason: '与被反映人是亲属' });
    await expect(assign(li)).rejects.toThrow('已在这条线索上回避');
    await assign(sun);
    await take(id, sun, { step: 'add-person', name: '李芬', unit: '西河镇' });
    const other = await register();
    await take(other.id, wang, { step: 'assign', assigneeId: sun.id });
    await take(other.id, sun, { step: 'add-person', name: '李芬', unit: '西河镇', sameAsId: null });
    await expect(take(other.id, wang, { step: 'assign', assigneeId: li.id })).rejects.toThrow('同名，应当回避');
  });
});

describe('the history', () => {
  test('cannot be changed by the program, and tells when somebody else has changed it', async () => {
    const { id } = await register();
    await take(id, fixture.people.wang, { step: 'assign', assigneeId: fixture.people.li.id });
    const forge = `UPDATE clue_step SET content = jsonb_set(content, '{assigneeId}', '"u9"') WHERE clue_id = $1 AND seq = 2`;
    await expect(execute(fixture.pool, forge, [id])).rejects.toThrow('append-only');
    const locked = async (work: () => Promise<unknown>) => {
      await execute(fixture.pool, 'ALTER TABLE clue_step DISABLE TRIGGER clue_step_append_only');
      await work();
      await execute(fixture.pool, 'ALTER TABLE clue_step ENABLE TRIGGER clue_step_append_only');
    };
    expect((await detail(id)).unbroken).toBe(true);
    await locked(() => execute(fixture.pool, forge, [id]));
    expect((await detail(id)).unbroken).toBe(false);
    const other = await register();
    await take(other.id, fixture.people.wang, { step: 'assign', assigneeId: fixture.people.li.id });
    await locked(() => execute(fixture.pool, 'DELETE FROM clue_step WHERE clue_id = $1 AND seq = 2', [other.id]));
    expect((await detail(other.id)).unbroken).toBe(false);
  });
});

describe('several findings', () => {
  test('are split, merged and linked; each is worked on in one clue', async () => {
    const { li } = fixture.people;
    const { id, findingIds } = await register(3);
    const [first = '', second = '', third = ''] = findingIds;
    await take(id, li, { step: 'split', findingIds: [third], reason });
    const members = await fixture.queries.ofFindings(WHOLE_COUNTY, findingIds);
    const split = members.get(third);
    expect([members.get(first)?.id, members.get(second)?.id]).toEqual([id, id]);
    expect(split?.id).not.toBe(id);
    await expect(take(id, li, { step: 'split', findingIds: [first, second], reason })).rejects.toThrow('至少要留一条疑点');
    await take(id, li, { step: 'link', otherId: split?.id ?? '', reason });
    expect((await detail(split?.id ?? '')).linked.map((one) => one.id)).toEqual([id]);
    await take(split?.id ?? '', li, { step: 'merge', intoId: id, reason });
    expect((await detail(id)).facts.findingIds).toEqual([first, second, third]);
    expect((await detail(split?.id ?? '')).clue).toMatchObject({ state: 'merged', townships: [EAST] });
    const one = await register();
    await expect(take(id, li, { step: 'add-findings', findingIds: one.findingIds })).rejects.toThrow('已在一条线索里办理');
    await fixture.store('late');
    await take(id, li, { step: 'add-findings', findingIds: ['late'] });
    expect(await statusOf('late')).toBe('promoted');
  });

  test('that are taken back leave a clue that is not assigned yet; the last one cancels it', async () => {
    const { li, wang } = fixture.people;
    const { id, findingIds } = await register(2);
    const [first = '', second = ''] = findingIds;
    const reopen = (findingId: string) => fixture.clues.reopenFinding(WHOLE_COUNTY, li, { findingId, reason: '点错了' });
    await reopen(first);
    expect([await statusOf(first), (await detail(id)).clue.state]).toEqual(['open', 'registered']);
    await take(id, wang, { step: 'assign', assigneeId: li.id });
    await expect(reopen(second)).rejects.toThrow('请在线索里办理');
    expect(await statusOf(second)).toBe('promoted');
    const alone = await register();
    await reopen(alone.findingIds[0] ?? '');
    expect((await detail(alone.id)).clue).toMatchObject({ state: 'cancelled', dueAtMs: null });
    expect(await fixture.queries.ofFindings(WHOLE_COUNTY, alone.findingIds)).toEqual(new Map());
  });

  test('of the same subject show the clue that there is', async () => {
    const { id } = await register(1, { unit: 'U77' });
    await fixture.store('again', { unit: 'U77', ruleId: 'other' });
    expect((await fixture.queries.aboutTheSame(WHOLE_COUNTY, ['again'])).map((clue) => clue.id)).toEqual([id]);
  });
});

describe('reach', () => {
  test('of a township sees what lies in it whole, and nothing of the rest', async () => {
    const near = await register(1, { township: EAST });
    const far = await register(1, { township: WEST });
    const nowhere = await register(1, { township: null });
    const both = await register(1, { township: EAST });
    await fixture.store('west', { township: WEST });
    await take(both.id, fixture.people.li, { step: 'add-findings', findingIds: ['west'] });
    const { items } = await fixture.queries.list(EAST_ONLY, {}, { cursor: null, limit: 200 });
    const seen = items.map(({ id }) => id);
    expect([near, far, nowhere, both].map(({ id }) => seen.includes(id))).toEqual([true, false, false, false]);
    for (const { id } of [far, nowhere, both]) expect(await fixture.queries.get(EAST_ONLY, id)).toBeNull();
    const counts = await fixture.queries.counts(EAST_ONLY, {});
    expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(items.length);
    const ask = { clueId: far.id, revision: 1, request: { step: 'suspend', reason } } as const;
    await expect(fixture.clues.take(EAST_ONLY, fixture.people.zhou, ask)).rejects.toThrow('没有这条线索');
    const registering = fixture.clues.register(EAST_ONLY, fixture.people.zhou, { findingIds: far.findingIds, reason: null });
    await expect(registering).rejects.toThrow('没有这条疑点');
    await expect(
      fixture.clues.take(EAST_ONLY, fixture.people.zhou, {
        clueId: near.id,
        revision: 1,
        request: { step: 'merge', intoId: far.id, reason },
      }),
    ).rejects.toThrow('没有这条线索');
    // What has come to concern another township since is not this one's any more.
    await execute(fixture.pool, 'UPDATE finding SET township_code = $2 WHERE id = ANY($1)', [near.findingIds, WEST]);
    expect(await fixture.queries.get(EAST_ONLY, near.id)).toBeNull();
  });

  test('pages go on where the last one ended', async () => {
    const all = await fixture.queries.list(WHOLE_COUNTY, {}, { cursor: null, limit: 200 });
    const first = await fixture.queries.list(WHOLE_COUNTY, {}, { cursor: null, limit: 3 });
    const second = await fixture.queries.list(WHOLE_COUNTY, {}, { cursor: first.nextCursor, limit: 200 });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(all.items.map(({ id }) => id));
    await expect(fixture.queries.list(WHOLE_COUNTY, {}, { cursor: 'x', limit: 3 })).rejects.toThrow('翻页位置无效');
    const number = all.items[0]?.number ?? '';
    expect((await fixture.queries.list(WHOLE_COUNTY, { text: number }, { cursor: null, limit: 3 })).items).toHaveLength(1);
  });
});

describe('kept to a circle', () => {
  const seenBy = async (user: User, id: string) => (await fixture.queries.get(Reach.of({ user }), id)) !== null;

  test('it is seen by those named, in lists, counts, links and beside findings, and by nobody else', async () => {
    const { li, wang, qian, sun, zhou } = fixture.people;
    const { id, findingIds } = await register(1, { unit: 'SECRET' });
    const other = await register(1, { unit: 'SECRET' });
    await take(other.id, li, { step: 'link', otherId: id, reason });
    await take(id, wang, { step: 'restrict', userIds: [li.id], reason });
    expect(await Promise.all([li, wang, qian, sun, zhou].map((user) => seenBy(user, id)))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    const reach = Reach.of({ user: sun });
    const { items } = await fixture.queries.list(
      reach,
      { text: (await detailFor(li, id)).clue.number },
      { cursor: null, limit: 9 },
    );
    expect(items).toEqual([]);
    expect((await fixture.queries.ofFindings(reach, findingIds)).size).toBe(0);
    expect(await fixture.queries.aboutTheSame(reach, other.findingIds)).toEqual([]);
    expect((await fixture.queries.get(reach, other.id))?.linked).toEqual([]);
    const counted = async (user: User) =>
      [...(await fixture.queries.counts(Reach.of({ user }), {})).values()].reduce((a, b) => a + b, 0);
    expect((await counted(li)) - (await counted(sun))).toBe(1);
    await expect(
      fixture.clues.take(reach, sun, { clueId: id, revision: 2, request: { step: 'recuse', userId: sun.id, reason } }),
    ).rejects.toMatchObject({ code: 'not-found' });
    await expect(fixture.clues.reopenFinding(reach, sun, { findingId: findingIds[0] ?? '', reason })).rejects.toMatchObject({
      code: 'conflict',
      message: '这条疑点已在一条线索里办理，不能重新打开。',
    });
  });

  test('why a finding was taken out of it stands in its history, and not beside the finding', async () => {
    const { li, wang } = fixture.people;
    const { id, findingIds } = await register(2);
    const [findingId = ''] = findingIds;
    await takeFor(wang, id, { step: 'restrict', userIds: [li.id], reason });
    const said = '举报人是被反映人的同事';
    await fixture.clues.reopenFinding(Reach.of({ user: li }), li, { findingId, reason: said });
    expect((await detailFor(li, id)).steps.at(-1)?.content).toMatchObject({ step: 'take-out', reason: said });
    const told = await rows(
      fixture.pool,
      z.object({ reason: z.string().nullable() }),
      "SELECT reason FROM finding_history WHERE finding_id = $1 AND event = 'reopened'",
      [findingId],
    );
    expect(told).toEqual([{ reason: '理由写在线索的办理经过里。' }]);
  });

  test('a step is announced to those who see it, and to nobody else', async () => {
    const { li, wang, qian } = fixture.people;
    const near = await register(1, { township: EAST });
    const far = await register(1, { township: WEST });
    const kept = await register(1, { township: EAST });
    const merged = await register(1, { township: EAST });
    await takeFor(li, merged.id, { step: 'merge', intoId: kept.id, reason });
    await takeFor(wang, kept.id, { step: 'restrict', userIds: [qian.id], reason });
    const users = Object.values(fixture.people);
    const reaches = users.map((user) => Reach.of({ user }));
    for (const { id } of [near, far, kept, merged]) {
      const seeing = await Promise.all(users.map(async (user) => ((await seenBy(user, id)) ? [user.id] : [])));
      expect([...(await fixture.queries.seenBy(reaches, id))].toSorted()).toEqual(seeing.flat().toSorted());
    }
    expect([...(await fixture.queries.seenBy(reaches, kept.id))].toSorted()).toEqual([qian.id, wang.id].toSorted());
    expect((await fixture.queries.seenBy(reaches, 'none')).size).toBe(0);
  });

  test('it is handled by those in the know, always with a leader among them, until it is opened again', async () => {
    const { li, wang, qian, sun, he } = fixture.people;
    const { id } = await register();
    const kept = (taker: User, request: StepRequest) => takeFor(taker, id, request);
    await expect(kept(qian, { step: 'restrict', userIds: [li.id], reason })).rejects.toThrow('至少要有一名委领导');
    await expect(kept(wang, { step: 'restrict', userIds: [he.id], reason })).rejects.toThrow('何平不能看这条线索');
    await kept(wang, { step: 'restrict', userIds: [li.id], reason });
    await expect(kept(wang, { step: 'assign', assigneeId: sun.id })).rejects.toThrow('不在这条线索的知悉范围内');
    await kept(wang, { step: 'assign', assigneeId: li.id });
    await expect(kept(li, { step: 'recuse', userId: wang.id, reason })).rejects.toThrow('至少要有一名委领导');
    await kept(wang, { step: 'unrestrict', reason });
    expect(await seenBy(sun, id)).toBe(true);
  });

  test('what is split from it is kept to the same people; it is not merged into what others know', async () => {
    const { li, wang, sun } = fixture.people;
    const { id, findingIds } = await register(2);
    await takeFor(wang, id, { step: 'restrict', userIds: [li.id], reason });
    const { clueId: splitFrom } = await takeFor(li, id, { step: 'split', findingIds: findingIds.slice(0, 1), reason });
    expect(splitFrom).toBe(id);
    const split = (await fixture.queries.ofFindings(Reach.of({ user: li }), findingIds)).get(findingIds[0] ?? '');
    expect(split?.id).not.toBe(id);
    expect(await seenBy(sun, split?.id ?? '')).toBe(false);
    expect(await seenBy(li, split?.id ?? '')).toBe(true);
    const open = await register();
    await expect(takeFor(li, id, { step: 'merge', intoId: open.id, reason })).rejects.toThrow('知悉范围不同');
    await expect(takeFor(li, id, { step: 'merge', intoId: split?.id ?? '', reason })).resolves.toBeDefined();
  });

  test('what is merged into a clue is seen by those alone who see that; a kept clue is linked from none that others see', async () => {
    const { li, wang, sun } = fixture.people;
    const [first, second, third] = [await register(), await register(), await register()];
    await takeFor(li, first.id, { step: 'merge', intoId: second.id, reason });
    await takeFor(li, second.id, { step: 'merge', intoId: third.id, reason });
    expect(await Promise.all([first, second, third].map(({ id }) => seenBy(sun, id)))).toEqual([true, true, true]);
    await takeFor(wang, third.id, { step: 'restrict', userIds: [li.id], reason });
    expect(await Promise.all([first, second, third].map(({ id }) => seenBy(sun, id)))).toEqual([false, false, false]);
    expect(await Promise.all([first, second, third].map(({ id }) => seenBy(li, id)))).toEqual([true, true, true]);
    const open = await register();
    await expect(takeFor(li, open.id, { step: 'link', otherId: third.id, reason })).rejects.toThrow('不能关联');
    await takeFor(li, third.id, { step: 'link', otherId: open.id, reason });
    expect((await detailFor(sun, open.id)).linked).toEqual([]);
  });

  test('a manager may take people out of it, and only a leader adds some; who is out keeps nothing that was told before', async () => {
    const { li, wang, qian, sun, zhou } = fixture.people;
    const { id } = await register();
    await takeFor(wang, id, { step: 'assign', assigneeId: sun.id });
    const told = async () => (await notices(id)).map(({ recipient, state }) => `${recipient} ${state}`);
    expect(await told()).toEqual([`${sun.id} waiting`]);
    await takeFor(wang, id, { step: 'assign', assigneeId: li.id });
    await takeFor(wang, id, { step: 'restrict', userIds: [qian.id, zhou.id], reason });
    expect(await told()).toEqual([`${sun.id} cancelled`, `${li.id} waiting`]);
    await expect(takeFor(qian, id, { step: 'restrict', userIds: [li.id, wang.id, sun.id], reason })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(takeFor(qian, id, { step: 'restrict', userIds: [wang.id], reason })).resolves.toBeDefined();
    expect((await detailFor(li, id)).facts.circleIds?.toSorted()).toEqual([li.id, qian.id, wang.id].toSorted());
  });

  test('where no leader in the know can sign in any more, those in office are, on record', async () => {
    const { li, wang } = fixture.people;
    const { id } = await register();
    await takeFor(wang, id, { step: 'restrict', userIds: [li.id], reason });
    await execute(fixture.pool, 'UPDATE access_user SET locked_at_ms = 1 WHERE id = $1', [wang.id]);
    const password = 'Clues-2026-xyz';
    const rest = { displayName: '赵敏', townshipCodes: null, unitCodes: [], password, mustChangePassword: false } as const;
    const next = await fixture.users.create({ account: 'zhao', role: 'commission-leader', ...rest });
    if (!next) throw new Error('the account is there already');
    expect(await seenBy(next, id)).toBe(false);
    await fixture.watch.round();
    expect(await seenBy(next, id)).toBe(true);
    const { steps, unbroken } = await detailFor(next, id);
    expect([steps.at(-1)?.content.step, steps.at(-1)?.takerId, unbroken]).toEqual(['widen', null, true]);
    await fixture.watch.round();
    expect((await detailFor(next, id)).steps).toHaveLength(steps.length);
    await execute(fixture.pool, 'UPDATE access_user SET locked_at_ms = NULL WHERE id = $1', [wang.id]);
  });
});
