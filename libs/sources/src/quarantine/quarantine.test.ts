import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execute } from '@tianyan/postgres';
import { DAY_MS } from '@tianyan/kernel';
import { TEST_COUNTY_MS } from '../connector.test-fixture.js';
import { unitRows } from '../upstream.test-fixture.js';
import type { Plan } from './plan.js';
import { MAX_QUARANTINE_RAW_CHARS } from './quarantine-store.js';
import { startQuarantineFixture, type QuarantineFixture } from './quarantine.test-fixture.js';

let fixture: QuarantineFixture;
beforeAll(async () => {
  fixture = await startQuarantineFixture();
});
afterAll(() => fixture.stop());

const BROKEN = { ...unitRows(1, 1)[0], name: '', note: '原样' };
const set = (column: string, to: string | null): Plan => ({ kind: 'values', changes: [{ column, to }] });
const REASON = '电话核实，名称漏填';
const by = (actor: string, plan: Plan) => ({ plan, actor, reason: REASON });

/** A feed with one refused row. */
async function oneRefused(source: string, row: unknown, mapping?: string) {
  const feed = await fixture.feed(source, [row], mapping);
  const [item] = await feed.items();
  if (!item) throw new Error('nothing was refused');
  return { ...feed, item, id: item.id };
}

describe('a quarantined row', () => {
  test('is corrected by one person, reviewed by another, and arrives with both names', async () => {
    const { rows, groups, id, item, published } = await oneRefused('mended', BROKEN);
    expect(item).toMatchObject({
      type: 'directory.unit',
      recordId: 'U1',
      field: 'name',
      reason: '单位名称：必填，但没有内容',
      problems: [{ field: 'name', label: '单位名称', reason: '必填，但没有内容' }],
      state: 'open',
    });
    expect(await rows.correctable(item)).toEqual({
      columns: [{ column: 'name', fields: [{ name: 'name', label: '单位名称' }] }],
      whole: false,
      closed: null,
    });
    const mend = await rows.propose(id, by('li.fen', set('name', '县住建局')));
    expect(mend).toMatchObject({ state: 'proposed', proposedBy: 'li.fen', reason: REASON });
    expect(await published()).toEqual([]);

    await expect(groups.approve(mend.id, 'li.fen')).rejects.toThrow('须由另一个人复核');
    await expect(groups.reject(mend.id, { actor: 'li.fen', reason: '不对' })).rejects.toThrow('撤回');
    await expect(groups.withdraw(mend.id, 'wang.gang')).rejects.toThrow('只有提出的人');
    expect(await groups.approve(mend.id, 'wang.gang')).toMatchObject({ state: 'done', accepted: 1, refused: 0 });
    const raw = JSON.stringify({ ...BROKEN, name: '县住建局' });
    expect(await published()).toEqual([
      expect.objectContaining({
        id: 'U1',
        version: 1,
        op: 'upsert',
        name: '县住建局',
        raw,
        editedBy: 'li.fen',
        reviewedBy: 'wang.gang',
        editReason: REASON,
        editOf: String(id),
      }),
    ]);
    expect(await rows.find(id)).toMatchObject({ state: 'replayed', settledBy: 'li.fen', settlement: raw, raw: item.raw });
    await expect(rows.replay(id, { actor: 'li.fen' })).rejects.toThrow('已经被处理过');
    await expect(rows.discard(id, { actor: 'li.fen', reason: 'x' })).rejects.toThrow('已经被处理过');
  });

  test('of two who decide at once, one is told that it is decided; a second proposal has to wait', async () => {
    const { rows, groups, id, published } = await oneRefused('race', BROKEN);
    const mend = await rows.propose(id, by('li.fen', set('name', '甲')));
    await expect(rows.propose(id, by('zhao', set('name', '乙')))).rejects.toThrow('等待复核');
    const decided = await Promise.allSettled([
      groups.approve(mend.id, 'wang.gang'),
      groups.approve(mend.id, 'zhao'),
      groups.reject(mend.id, { actor: 'sun', reason: '有疑问' }),
    ]);
    expect(decided.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await published()).length).toBeLessThanOrEqual(1);
    await expect(groups.approve(mend.id, 'qian')).rejects.toThrow('已经有人处理过');
  });

  test('stays when the second person rejects or the first withdraws, and may be corrected anew', async () => {
    const { rows, groups, id, published } = await oneRefused('rejected', BROKEN);
    const first = await rows.propose(id, by('li.fen', set('name', '甲')));
    expect(await groups.reject(first.id, { actor: 'wang.gang', reason: '应为县住建局' })).toMatchObject({ state: 'rejected' });
    const second = await rows.propose(id, by('li.fen', set('name', '乙')));
    expect(await groups.withdraw(second.id, 'li.fen')).toMatchObject({ state: 'withdrawn' });
    expect(await rows.find(id)).toMatchObject({ state: 'open' });
    await rows.propose(id, by('li.fen', set('name', '县住建局')));
    expect(await published()).toEqual([]);
  });

  test('replayed as it is stays, with the reason', async () => {
    const { rows, items, published } = await fixture.feed('as-it-is', [BROKEN, 'half a row', 17]);
    for (const { id } of await items()) expect(await rows.replay(id, { actor: 'analyst' })).toMatchObject({ accepted: false });
    expect((await items()).map(({ state }) => state)).toEqual(['open', 'open', 'open']);
    expect(await published()).toEqual([]);
  });

  test('that comes again counts up; discarded it stays discarded until somebody takes that back', async () => {
    const { rows, items, poll } = await fixture.feed('again', [BROKEN, BROKEN]);
    await poll();
    const [item, ...others] = await items();
    expect(others).toEqual([]);
    expect(item?.seenCount).toBe(4);
    const id = item?.id ?? 0;
    await rows.discard(id, { actor: 'analyst', reason: '测试数据' });
    await poll();
    expect(await items()).toMatchObject([{ state: 'discarded', settlement: '测试数据', seenCount: 6 }]);
    await expect(rows.replay(id, { actor: 'analyst' })).rejects.toThrow('已经被处理过');
    await expect(rows.propose(id, by('li.fen', set('name', '甲')))).rejects.toThrow('已经被处理过');
    await rows.reopen(id);
    expect(await items()).toMatchObject([{ state: 'open', settledBy: null }]);
    await expect(rows.reopen(id)).rejects.toThrow('没有作废');
  });

  test('that a person corrected and that comes again as it was stays settled', async () => {
    const { rows, groups, id, items, poll } = await oneRefused('corrected-again', BROKEN);
    await groups.approve((await rows.propose(id, by('li.fen', set('name', '甲')))).id, 'wang.gang');
    await poll();
    expect(await items()).toMatchObject([{ state: 'replayed', seenCount: 2 }]);
  });

  test('too long to be kept whole says so instead of being replayed in part', async () => {
    const { rows, id, item } = await oneRefused('long', { ...BROKEN, note: '长'.repeat(MAX_QUARANTINE_RAW_CHARS) });
    expect(item.raw).toHaveLength(MAX_QUARANTINE_RAW_CHARS);
    expect(await rows.replay(id, { actor: 'analyst' })).toMatchObject({
      accepted: false,
      reason: expect.stringContaining('只保留了开头'),
    });
    await expect(rows.propose(id, by('li.fen', set('name', '甲')))).rejects.toThrow('只保留了开头');
  });

  test('is paged newest first and filtered', async () => {
    const { rows: service } = await fixture.feed(
      'paged',
      Array.from({ length: 7 }, (_unused, index) => ({ ...BROKEN, id: `Q${index}` })),
    );
    const first = await service.list({ source: 'paged', state: 'open', type: 'directory.unit', limit: 4 });
    const second = await service.list({ source: 'paged', limit: 4, beforeId: first.at(-1)?.id ?? 0 });
    expect([...first, ...second].map(({ recordId }) => recordId)).toEqual(['Q6', 'Q5', 'Q4', 'Q3', 'Q2', 'Q1', 'Q0']);
    expect(await service.list({ source: 'paged', state: 'replayed', limit: 4 })).toEqual([]);
  });

  test('names no cell in its reason', async () => {
    const { item } = await oneRefused('quoting', { ...BROKEN, name: '甲', changedAtMs: '李建国 13812345678' });
    expect(item.reason).toMatch(/^发生时间：/);
    expect(JSON.stringify([item.reason, item.problems])).not.toMatch(/李建国|138/);
  });
});

/** What an analyst tried: the row of another order, its keys, its version, its deletion. */
describe('a correction cannot become another record', () => {
  test.each([
    ['another id', set('id', 'U2'), '只能改正出错的字段：单位名称（name）。不能改“id”'],
    ['another version', set('version', '9'), '不能改“version”'],
    ['another instant', set('changedAtMs', String(TEST_COUNTY_MS)), '不能改“changedAtMs”'],
    ['a column that no field reads', set('note', '另写'), '不能改“note”'],
    ['a column of the prototype', set('__proto__', 'x'), '只能改正出错的字段'],
    ['a whole row', { kind: 'row', raw: JSON.stringify({ ...BROKEN, id: 'U2', name: '甲' }) } satisfies Plan, '不能整行改写'],
    ['nothing', { kind: 'replay' } satisfies Plan, '请写明要改正的内容'],
    ['the same again', set('name', ''), '没有要改的值'],
  ])('%s', async (name, plan, words) => {
    const source = `forge-${name.replaceAll(' ', '-')}`;
    const { rows, id, published } = await oneRefused(source.toLowerCase(), BROKEN);
    await expect(rows.propose(id, by('li.fen', plan))).rejects.toThrow(words);
    expect(await published()).toEqual([]);
  });

  const DELETABLE = `
mapping: test-units
label: 单位
records:
  - type: directory.unit
    id: id
    version: version
    at: { from: changedAtMs, formats: [epoch-ms] }
    delete: { when: { from: state, is: gone } }
    fields: { unitId: id, name: name, kind: { from: state, values: { open: department } } }
`;
  test('a deletion: the column that fails also decides whether the record is deleted', async () => {
    const { rows, id, published } = await oneRefused('forge-delete', { ...unitRows(1, 1)[0], state: 'shut' }, DELETABLE);
    await expect(rows.propose(id, by('li.fen', set('state', 'gone')))).rejects.toThrow('还决定这条记录的其他内容');
    expect(await published()).toEqual([]);
  });

  test('a version that failed, for it would count more than whatever the source says next', async () => {
    const { rows, id } = await oneRefused('forge-version', { ...unitRows(1, 1)[0], version: 'x' });
    await expect(rows.propose(id, by('li.fen', set('version', '9007199254740991')))).rejects.toThrow('版本号出错不能手工改正');
  });

  test('an instant in the future', async () => {
    const { rows, id, groups } = await oneRefused('forge-future', { ...unitRows(1, 1)[0], changedAtMs: 'x' });
    await expect(rows.propose(id, by('li.fen', set('changedAtMs', String(TEST_COUNTY_MS + DAY_MS))))).rejects.toThrow('晚于现在');
    const mend = await rows.propose(id, by('li.fen', set('changedAtMs', String(TEST_COUNTY_MS - DAY_MS))));
    expect(await groups.approve(mend.id, 'wang.gang')).toMatchObject({ accepted: 1 });
  });

  test('an id that was missing becomes a new one, never one that is there: of this source, of another, of a row just mended', async () => {
    const nameless = { ...unitRows(1, 1)[0], id: '' };
    const { rows, groups, items } = await fixture.feed('forge-id', [nameless, { ...nameless, name: '乙' }, ...unitRows(50, 1)]);
    await fixture.feed('other-source', unitRows(60, 1));
    await fixture.land('directory.unit');
    const [second, first] = await items();
    for (const taken of ['U50', 'U60'])
      await expect(rows.propose(first?.id ?? 0, by('li.fen', set('id', taken)))).rejects.toThrow('已有记录');
    const mends = [
      await rows.propose(first?.id ?? 0, by('li.fen', set('id', 'U70'))),
      await rows.propose(second?.id ?? 0, by('li.fen', set('id', 'U70'))),
    ];
    const done = [];
    for (const mend of mends) done.push(await groups.approve(mend.id, 'wang.gang'));
    expect(done.map(({ accepted, note }) => [accepted, note])).toEqual([
      [1, null],
      [0, expect.stringContaining('刚被另一条隔离记录使用')],
    ]);
  });

  test('a row that could not be read may be written anew, as a new record that its source outdoes at once', async () => {
    const { rows, groups, id, published } = await oneRefused('forge-row', 'id=U80,name');
    await fixture.feed('row-owner', unitRows(81, 1));
    await fixture.land('directory.unit');
    const row = (change: object) => ({ kind: 'row', raw: JSON.stringify({ ...unitRows(80, 1, 7)[0], ...change }) }) as const;
    await expect(rows.propose(id, by('li.fen', row({ id: 'U81' })))).rejects.toThrow('已有记录');
    await expect(rows.propose(id, by('li.fen', row({ changedAtMs: TEST_COUNTY_MS + DAY_MS })))).rejects.toThrow('晚于现在');
    await expect(rows.propose(id, by('li.fen', set('id', 'U80')))).rejects.toThrow('整行改写');
    await groups.approve((await rows.propose(id, by('li.fen', row({})))).id, 'wang.gang');
    expect(await published()).toMatchObject([{ id: 'U80', version: 0, editedBy: 'li.fen' }]);
  });

  const TWO = `
mapping: test-units
label: 单位
records:
  - type: directory.unit
    when: { from: kind, in: [unit, both] }
    id: id
    version: version
    at: { from: changedAtMs, formats: [epoch-ms] }
    fields: { unitId: id, name: name, kind: { value: department } }
  - type: directory.division
    id: code
    version: version
    at: { from: changedAtMs, formats: [epoch-ms] }
    fields: { divisionCode: code, name: place, level: { value: village } }
`;
  test('nor the other records of its row', async () => {
    const row = { ...BROKEN, id: 'U101', kind: 'both', code: '370000000001', place: '甲村' };
    const { rows, groups, id, published } = await oneRefused('several', row, TWO);
    expect(await published('directory.division')).toHaveLength(1);
    await expect(rows.propose(id, by('li.fen', set('place', '乙村')))).rejects.toThrow('不能改“place”');
    await expect(rows.propose(id, by('li.fen', set('kind', 'none')))).rejects.toThrow('不能改“kind”');
    await groups.approve((await rows.propose(id, by('li.fen', set('name', '甲')))).id, 'wang.gang');
    expect(await published()).toHaveLength(1);
    expect(await published('directory.division')).toHaveLength(1);
  });

  test.each([
    ['which settles the row', 'U102', '这一行在此之前已经处理（来源后来的报送），没有再改'],
    ['of a row whose version nobody noted', 'U105', '以来源为准'],
  ])('nor what its source has said better since, %s', async (_name, unit, note) => {
    const late = { ...BROKEN, id: unit };
    const { rows, groups, id, upstream, poll } = await oneRefused(`stale-${unit.toLowerCase()}`, late);
    if (unit === 'U105') await execute(fixture.pool, 'UPDATE quarantine SET version = NULL WHERE id = $1', [id]);
    const mend = await rows.propose(id, by('li.fen', set('name', '旧名')));
    fixture.countyClock.advanceTo(TEST_COUNTY_MS + 60_000);
    upstream.rows = [{ ...late, name: '新名' }];
    await poll();
    await fixture.land('directory.unit');
    expect(await groups.approve(mend.id, 'wang.gang')).toMatchObject({
      accepted: 0,
      note: expect.stringContaining(note),
    });
  });
});

describe('a mapping that changed meanwhile', () => {
  const LENIENT = `
mapping: test-units
label: 单位
records:
  - type: directory.unit
    id: id
    version: version
    at: { from: changedAtMs, formats: [epoch-ms] }
    fields: { unitId: id, name: { from: name, default: 未填写 }, kind: { value: department } }
`;
  test('lets the source’s own row through, by one person and without a mark', async () => {
    const { id, remapped, published } = await oneRefused('remapped', { ...BROKEN, id: 'U104' });
    const { rows } = await remapped(LENIENT);
    expect(await rows.replay(id, { actor: 'li.fen' })).toMatchObject({ accepted: true });
    expect(await published()).toEqual([expect.not.objectContaining({ editedBy: expect.anything() })]);
  });

  test('ends a correction that was proposed under the old one', async () => {
    const { rows, id, remapped, published } = await oneRefused('remapped-late', { ...BROKEN, id: 'U103' });
    const mend = await rows.propose(id, by('li.fen', set('name', '甲')));
    const { groups } = await remapped(LENIENT);
    await expect(groups.approve(mend.id, 'wang.gang')).rejects.toThrow('映射改过');
    expect(await published()).toEqual([]);
  });
});

test('an upstream that changed its format is stopped before it fills the quarantine', async () => {
  await fixture.feed(
    'format',
    Array.from({ length: 10_001 }, (_unused, index) => ({ nummer: `N${index}` })),
  );
  expect(await fixture.parts.sources.find('format')).toMatchObject({
    state: 'failing',
    error: expect.stringContaining('上游格式可能变了'),
  });
});
