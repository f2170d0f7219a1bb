import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { unitRows } from '../upstream.test-fixture.js';
import type { Plan } from './plan.js';
import { startQuarantineFixture, type QuarantineFixture } from './quarantine.test-fixture.js';

let fixture: QuarantineFixture;
beforeAll(async () => {
  fixture = await startQuarantineFixture();
});
afterAll(() => fixture.stop());

const KINDS = `
mapping: test-units
label: 单位
records:
  - type: directory.unit
    id: id
    version: version
    at: { from: changedAtMs, formats: [epoch-ms] }
    fields: { unitId: id, name: name, kind: { from: kind, values: { open: department } } }
`;
const LENIENT = KINDS.replace('{ open: department }', '{ open: department, shut: department }');
const values = (...changes: { column: string; from?: string | null; to: string | null }[]): Plan => ({ kind: 'values', changes });
const SHUT_TO_OPEN = values({ column: 'kind', from: 'shut', to: 'open' });
const REASON = '旧写法，已与来源核对';

/** Rows that the mapping refuses for their kind: `wrong` of the kind `shut`, the rest of another. */
async function wrongKinds(source: string, first: number, wrong: number, others = 0) {
  const kindOf = (index: number) => (index < wrong ? 'shut' : 'odd');
  const rows = unitRows(first, wrong + others).map((row, index) => ({ ...row, kind: kindOf(index) }));
  const feed = await fixture.feed(source, rows, KINDS);
  const [group] = await feed.groups.list({ source });
  if (!group) throw new Error('nothing was refused');
  return { ...feed, group };
}

describe('a group', () => {
  test('holds what broke in the same way, whatever the cells say, with its count', async () => {
    const rows = unitRows(1, 6).map((row, index) => ({
      ...row,
      name: index < 2 ? '' : '长'.repeat(20_001 + index),
      note: `13812345678`,
    }));
    const { groups, remapped } = await fixture.feed('grouped', [...rows, 'half a row']);
    const listed = await groups.list({ source: 'grouped' });
    expect(listed.map(({ problems, count }) => [problems.map(({ field }) => field), count])).toEqual([
      [['name'], 4],
      [['name'], 2],
      [[], 1],
    ]);
    expect(JSON.stringify(listed)).not.toMatch(/138|长长长/);
    expect(await (await remapped(KINDS)).groups.find(listed[0]?.key ?? '')).toMatchObject({ count: 4 });
    expect(await groups.find('none')).toBeNull();
  });

  test('is tried before anything happens: how many pass, why the others do not, and what some become', async () => {
    const { groups, group, published } = await wrongKinds('tried', 1_000, 30, 12);
    const preview = await groups.preview(group.key, SHUT_TO_OPEN);
    expect(preview).toMatchObject({
      total: 42,
      examined: 42,
      accepted: 30,
      reasons: [{ reason: '这一行没有要改的值', count: 12 }],
    });
    expect(preview.samples.map(({ accepted }) => accepted)).toEqual(expect.arrayContaining([true, false]));
    expect(JSON.parse(preview.samples.find(({ accepted }) => accepted)?.raw ?? '')).toMatchObject({ kind: 'open' });
    expect(await groups.preview(group.key, { kind: 'replay' })).toMatchObject({ accepted: 0 });
    expect(await published()).toEqual([]);
    await expect(groups.preview('none', { kind: 'replay' })).rejects.toThrow('没有待处理的行');
  });

  test('gets no id by hand, nor a value where nothing was wrong', async () => {
    const nameless = unitRows(1_100, 3).map((row) => ({ ...row, id: '' }));
    const { groups } = await fixture.feed('no-ids', nameless);
    const [group] = await groups.list({ source: 'no-ids' });
    const key = group?.key ?? '';
    expect(await groups.preview(key, values({ column: 'id', to: 'U1100' }))).toMatchObject({
      accepted: 0,
      reasons: [{ reason: '编号出错的行须逐条改正，不能整组改', count: 3 }],
    });
    const mend = { plan: values({ column: 'name', to: 'x' }), actor: 'li.fen', reason: REASON };
    await expect(groups.mend(key, mend)).rejects.toThrow('没有一行能通过');
    await expect(groups.mend(key, { ...mend, plan: { kind: 'row', raw: '{}' } })).rejects.toThrow('逐条');
    await expect(groups.mend(key, { ...mend, plan: { kind: 'discard' }, reason: null })).rejects.toThrow('请写明理由');
  });
});

describe('a mend of a group', () => {
  test('of values is approved once by a second person, then runs over every row, each marked', async () => {
    const { groups, runner, started, group, published } = await wrongKinds('approved', 2_000, 450, 5);
    const mend = await groups.mend(group.key, { plan: SHUT_TO_OPEN, actor: 'li.fen', reason: REASON });
    expect(mend).toMatchObject({ state: 'proposed', total: 455 });
    await expect(groups.mend(group.key, { plan: { kind: 'replay' }, actor: 'x', reason: null })).rejects.toThrow('等待复核');
    await runner.run(mend.id);
    expect(await published()).toEqual([]);
    await expect(groups.approve(mend.id, 'li.fen')).rejects.toThrow('须由另一个人复核');
    await groups.approve(mend.id, 'wang.gang');
    expect(started).toEqual([mend.id]);
    await runner.run(mend.id);
    expect(await groups.findMend(mend.id)).toMatchObject({ state: 'done', accepted: 450, refused: 5 });
    const records = await published();
    expect(records).toHaveLength(450);
    expect(records.every((record) => record['editedBy'] === 'li.fen' && record['reviewedBy'] === 'wang.gang')).toBe(true);
    expect((await groups.samples(mend.id))[0]).toMatchObject({ accepted: true, raw: expect.stringContaining('"kind":"open"') });
    expect(await groups.find(group.key)).toMatchObject({ count: 5 });
  });

  test('leaves rows alone that came after it was proposed', async () => {
    const { groups, runner, group, upstream, poll, published } = await wrongKinds('later', 3_000, 3);
    const mend = await groups.mend(group.key, { plan: SHUT_TO_OPEN, actor: 'li.fen', reason: REASON });
    upstream.rows = unitRows(3_100, 4).map((row) => ({ ...row, kind: 'shut' }));
    await poll();
    await groups.approve(mend.id, 'wang.gang');
    await runner.run(mend.id);
    expect(await published()).toHaveLength(3);
    expect(await groups.find(group.key)).toMatchObject({ count: 4 });
  });

  test('of 5,500 rows by a mended mapping: cut off by a crash it goes on behind the last batch, and nothing is lost', async () => {
    const { group, remapped } = await wrongKinds('large', 10_000, 5_500);
    const mended = await remapped(LENIENT);
    expect(await mended.groups.preview(group.key, { kind: 'replay' })).toMatchObject({ examined: 5_500, accepted: 5_500 });
    const { id } = await mended.groups.mend(group.key, { plan: { kind: 'replay' }, actor: 'li.fen', reason: null });

    // The stream has the third batch, and the process dies before it notes that.
    let batches = 0;
    const producer = fixture.stream.producer();
    const dying = await remapped(LENIENT, {
      producer: {
        publish: async (topic, messages) => {
          await producer.publish(topic, messages);
          if (++batches === 3) throw new Error('killed');
        },
        close: () => producer.close(),
      },
    });
    await expect(dying.runner.run(id)).rejects.toThrow('killed');
    expect(await mended.groups.findMend(id)).toMatchObject({ state: 'running', accepted: 400 });

    expect(await mended.mends.list({ state: 'running' })).toHaveLength(1);
    await Promise.all([mended.runner.run(id), mended.runner.run(id)]);
    expect(await mended.groups.findMend(id)).toMatchObject({ state: 'done', accepted: 5_500, refused: 0 });
    const published = (await fixture.published('directory.unit')).map(
      ({ value }) => JSON.parse(value) as Record<string, unknown>,
    );
    const own = published.filter((record) => record['source'] === 'large');
    expect(new Set(own.map((record) => record['id'])).size).toBe(5_500);
    expect(own).toHaveLength(5_700);
    expect(own.some((record) => record['editedBy'] !== undefined)).toBe(false);
  });

  test('is stopped on its way: what is published stays, the rest waits', async () => {
    const { group, remapped, published } = await wrongKinds('stopped', 20_000, 1_000);
    const { groups, runner } = await remapped(LENIENT);
    const { id } = await groups.mend(group.key, { plan: { kind: 'replay' }, actor: 'li.fen', reason: null });
    const running = runner.run(id);
    while ((await groups.findMend(id))?.accepted === 0) await new Promise((resolve) => setImmediate(resolve));
    await groups.cancel(id, 'li.fen');
    await running;
    const cancelled = await groups.findMend(id);
    expect(cancelled).toMatchObject({ state: 'cancelled', note: expect.stringContaining('由 li.fen 停止') });
    expect(await published()).toHaveLength(cancelled?.accepted ?? 0);
    expect(await groups.find(group.key)).toMatchObject({ count: 1_000 - (cancelled?.accepted ?? 0) });
    await expect(groups.cancel(id, 'li.fen')).rejects.toThrow('已经结束');
  });

  test('gives every row up with one reason, and each can be taken back', async () => {
    const { group, groups, runner, rows, items } = await wrongKinds('given-up', 30_000, 40);
    const { id } = await groups.mend(group.key, { plan: { kind: 'discard' }, actor: 'wang.gang', reason: '测试数据' });
    await runner.run(id);
    const all = await items();
    expect(
      all.every((item) => item.state === 'discarded' && item.settlement === '测试数据' && item.settledBy === 'wang.gang'),
    ).toBe(true);
    await rows.reopen(all[0]?.id ?? 0);
    expect(await groups.find(group.key)).toMatchObject({ count: 1 });
  });

  test('ends when the mapping is another than the one whose result was approved', async () => {
    const { group, groups, remapped, published } = await wrongKinds('mapping-moved', 40_000, 10);
    const mend = await groups.mend(group.key, { plan: SHUT_TO_OPEN, actor: 'li.fen', reason: REASON });
    await groups.approve(mend.id, 'wang.gang');
    const moved = await remapped(LENIENT);
    await moved.runner.run(mend.id);
    expect(await groups.findMend(mend.id)).toMatchObject({
      state: 'cancelled',
      note: expect.stringContaining('映射在复核之后改过'),
    });
    expect(await published()).toEqual([]);
  });
});
