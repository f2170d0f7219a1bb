import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Reach } from '@tianyan/access';
import { ManualClock, sequentialIds } from '@tianyan/kernel';
import { execute } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { loadPack, parseRule, type RuleDefinition } from '@tianyan/rules';
import { sourcesMigrations } from '@tianyan/sources';
import { findingsMigrations, RuleSets } from '../index.js';
import type { TrialResult } from '../trials/trial.js';
import { MAX_OPEN_DRAFTS } from './draft.js';
import { RuleDrafts } from './rule-drafts.js';

const NOW_MS = Date.parse('2026-07-01T09:00:00+08:00');
const AUTHOR = 'li.fen';
const COLLEAGUE = 'sun.li';
const REVIEWER = 'wang.gang';
const UNTRIED = '只改了说明文字';

let postgres: TestPostgres;
let drafts: RuleDrafts;
let sets: RuleSets;
const clock = new ManualClock(NOW_MS);
beforeAll(async () => {
  postgres = await startTestPostgres([sourcesMigrations, findingsMigrations]);
  drafts = new RuleDrafts({ pool: postgres.pool, clock, ids: sequentialIds('d') });
  sets = new RuleSets(postgres.pool, clock);
});
afterAll(() => postgres.stop());

function reachOf(townshipCodes: readonly string[] | null, problemClasses: readonly string[] | null = null): Reach {
  const user = {
    id: 'u',
    account: 'a',
    displayName: '甲',
    role: 'analyst',
    townshipCodes,
    problemClasses,
    unitCodes: [],
    mustChangePassword: false,
  } as const;
  return Reach.of({ user });
}
const COUNTY = reachOf(null);

let version = 0;
/** A text that nobody has written before. */
function fresh(): { yaml: string; ruleId: string; title: string } {
  const [rule] = loadPack();
  if (!rule) throw new Error('no rule is shipped');
  return { yaml: JSON.stringify({ ...rule, version: ++version }), ruleId: rule.id, title: rule.title };
}
const read = async (id: string) => {
  const draft = await drafts.get(COUNTY, id);
  if (!draft) throw new Error(`no draft ${id}`);
  return draft;
};
const stepOf = async (id: string, actor: string) => ({ id, revision: (await read(id)).revision, actor });
const WHOLE = { townshipCodes: null, problemClasses: null };

function resultOf(text: { ruleId: string; title: string }): TrialResult {
  return {
    rule: { id: text.ruleId, version: 1, title: text.title },
    roles: {},
    nowMs: NOW_MS,
    examples: [],
    scopes: 1,
    hits: 1,
    due: 0,
    perMonth: [],
    earlier: 0,
    perTownship: [],
    perUnit: [],
    furtherUnits: 0,
    samples: [],
    inputs: [],
    changes: null,
    standingVersion: null,
  };
}
const check = (yaml: string): RuleDefinition => parseRule(yaml);
const publish = (draftId: string) =>
  sets.publishDraft({ draftId, as: 'live', actor: REVIEWER, reason: '可以用', untriedReason: UNTRIED }, check);

async function submitted(text = fresh()): Promise<string> {
  const id = await drafts.create({ ...text, basedOn: null }, AUTHOR);
  await drafts.notePassed(await stepOf(id, AUTHOR));
  await drafts.submit(await stepOf(id, AUTHOR), '新规', UNTRIED);
  return id;
}

test('one writes, another approves, and exactly that text is published; who did what stands in its life', async () => {
  const text = fresh();
  const id = await submitted(text);
  await expect(publish(id)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('复核') });
  await drafts.review(await stepOf(id, REVIEWER), 'approved', '依据正确');
  await publish(id);
  expect((await sets.versionsOf(text.ruleId))[0]).toMatchObject({ yaml: text.yaml, isPublished: true, publishedBy: REVIEWER });
  const { state, events } = await read(id);
  expect([state, events.map(({ event, actor, reason }) => [event, actor, reason])]).toEqual([
    'published',
    [
      ['created', AUTHOR, null],
      ['passed', AUTHOR, null],
      ['submitted', AUTHOR, '新规'],
      ['approved', REVIEWER, '依据正确'],
      ['published', REVIEWER, '可以用'],
    ],
  ]);
  await expect(publish(id)).rejects.toMatchObject({ code: 'conflict' });
  await expect(drafts.edit(await stepOf(id, AUTHOR), fresh())).rejects.toMatchObject({ code: 'conflict' });
});

test('nobody reviews what they had a hand in, also under the name of another draft', async () => {
  const text = fresh();
  const id = await drafts.create({ ...fresh(), basedOn: null }, AUTHOR);
  await drafts.edit(await stepOf(id, COLLEAGUE), text);
  await drafts.notePassed(await stepOf(id, AUTHOR));
  await drafts.submit(await stepOf(id, AUTHOR), '新规', UNTRIED);
  for (const actor of [AUTHOR, COLLEAGUE])
    await expect(drafts.review(await stepOf(id, actor), 'approved', '好')).rejects.toMatchObject({ code: 'forbidden' });
  // The reviewer's own text, handed in by somebody else.
  await drafts.create({ ...text, basedOn: null }, REVIEWER);
  await expect(drafts.review(await stepOf(id, REVIEWER), 'approved', '好')).rejects.toMatchObject({ code: 'forbidden' });
});

test('what is changed after it was handed in or approved is a draft again, without examples that passed', async () => {
  const id = await submitted();
  await drafts.review(await stepOf(id, REVIEWER), 'approved', '好');
  await drafts.edit(await stepOf(id, AUTHOR), fresh());
  expect(await read(id)).toMatchObject({ state: 'draft', hasPassed: false, revision: 2 });
  await expect(publish(id)).rejects.toMatchObject({ code: 'conflict' });
  await expect(drafts.submit(await stepOf(id, AUTHOR), '再来', UNTRIED)).rejects.toMatchObject({
    message: expect.stringContaining('例子'),
  });
  await expect(drafts.review(await stepOf(id, REVIEWER), 'approved', '好')).rejects.toMatchObject({ code: 'conflict' });
});

test('it is sent back with the reason, changed, and handed in again', async () => {
  const id = await submitted();
  await drafts.review(await stepOf(id, REVIEWER), 'returned', '缺依据');
  expect(await read(id)).toMatchObject({ state: 'returned' });
  await drafts.edit(await stepOf(id, AUTHOR), fresh());
  await drafts.notePassed(await stepOf(id, AUTHOR));
  await drafts.submit(await stepOf(id, AUTHOR), '补了依据', UNTRIED);
  expect(await read(id)).toMatchObject({ state: 'submitted' });
});

test('whoever has an older text before them is told so', async () => {
  const id = await submitted();
  const before = await stepOf(id, REVIEWER);
  await drafts.edit(await stepOf(id, AUTHOR), fresh());
  await drafts.notePassed(await stepOf(id, AUTHOR));
  await drafts.submit(await stepOf(id, AUTHOR), '又改了一处', UNTRIED);
  await expect(drafts.review(before, 'approved', '好')).rejects.toMatchObject({
    message: expect.stringContaining('刚被别人改过'),
  });
});

test('approved and changed at one moment, the text that nobody approved is never published', async () => {
  for (let n = 0; n < 20; n++) {
    const id = await submitted();
    const [author, reviewer] = [await stepOf(id, AUTHOR), await stepOf(id, REVIEWER)];
    await Promise.allSettled([
      drafts.edit(author, fresh()),
      drafts.review(reviewer, 'approved', '好'),
      // The reviewer changes it as well, and so becomes one of its authors.
      drafts.edit(reviewer, fresh()),
    ]);
    const { state, events, digest } = await read(id);
    const approved = events.filter(({ event }) => event === 'approved').map((one) => one.digest);
    const published = await publish(id).then(
      () => true,
      () => false,
    );
    expect(published).toBe(state === 'approved');
    if (published) expect(approved).toEqual([digest]);
  }
});

test('a state that was set by hand publishes nothing: its events decide', async () => {
  const id = await submitted();
  await execute(postgres.pool, `UPDATE finding_rule_draft SET state = 'approved' WHERE id = $1`, [id]);
  await expect(publish(id)).rejects.toMatchObject({ code: 'conflict' });
  const own = `INSERT INTO finding_rule_draft_event (draft_id, event, actor, digest, at_ms) SELECT id, 'approved', $2, digest, 1 FROM finding_rule_draft WHERE id = $1`;
  await execute(postgres.pool, own, [id, AUTHOR]);
  await expect(publish(id)).rejects.toMatchObject({ code: 'conflict' });
});

test('what came of a trial is seen by whoever sees as much as who tried it, and of this text alone', async () => {
  const text = fresh();
  const id = await drafts.create({ ...text, basedOn: null }, AUTHOR);
  const { digest } = await read(id);
  const result = resultOf(text);
  await drafts.noteTrial(await stepOf(id, AUTHOR), {
    digest,
    result,
    reach: { townshipCodes: ['320921100'], problemClasses: null },
  });
  const seen = async (townshipCodes: readonly string[] | null, classes: readonly string[] | null = null) =>
    (await drafts.get(reachOf(townshipCodes, classes), id))?.trial !== null;
  expect([await seen(null), await seen(['320921100', '320921200']), await seen(['320921200'])]).toEqual([true, true, false]);
  await drafts.noteTrial(await stepOf(id, AUTHOR), { digest, result, reach: { townshipCodes: null, problemClasses: null } });
  expect([await seen(null), await seen(['320921100']), await seen(null, ['微腐败'])]).toEqual([true, false, false]);
  const some = { townshipCodes: null, problemClasses: ['微腐败'] };
  await drafts.noteTrial(await stepOf(id, AUTHOR), { digest, result, reach: some });
  expect([await seen(null, ['微腐败', '形式主义']), await seen(null, ['形式主义'])]).toEqual([true, false]);
  await expect(
    drafts.noteTrial(await stepOf(id, AUTHOR), { digest: 'x', result, reach: { townshipCodes: null, problemClasses: null } }),
  ).rejects.toMatchObject({
    code: 'conflict',
  });
  await drafts.edit(await stepOf(id, AUTHOR), fresh());
  expect([await seen(null), (await read(id)).isTried]).toEqual([false, false]);
});

test('a text that was never tried is handed in and published with a reason alone, which stands in its history', async () => {
  const text = fresh();
  const id = await drafts.create({ ...text, basedOn: null }, AUTHOR);
  const step = await stepOf(id, AUTHOR);
  await drafts.notePassed(step);
  await expect(drafts.submit(step, '新规', null)).rejects.toMatchObject({
    message: expect.stringContaining('没有对已有记录试过'),
  });
  await drafts.submit(step, '新规', UNTRIED);
  await drafts.review(await stepOf(id, REVIEWER), 'approved', '好');
  const publication = { draftId: id, as: 'live', actor: REVIEWER, reason: '可以用' } as const;
  await expect(sets.publishDraft({ ...publication, untriedReason: null }, check)).rejects.toMatchObject({ code: 'conflict' });
  await sets.publishDraft({ ...publication, untriedReason: UNTRIED }, check);
  expect((await sets.versionsOf(text.ruleId))[0]).toMatchObject({ yaml: text.yaml, reason: '可以用', untriedReason: UNTRIED });
  expect((await read(id)).events.map(({ event, untriedReason }) => [event, untriedReason])).toEqual([
    ['created', null],
    ['passed', null],
    ['submitted', UNTRIED],
    ['approved', null],
    ['published', UNTRIED],
  ]);
});

test('of a text that was tried nobody is asked, and nothing of the kind is kept', async () => {
  const text = fresh();
  const id = await drafts.create({ ...text, basedOn: null }, AUTHOR);
  const step = await stepOf(id, AUTHOR);
  await drafts.notePassed(step);
  await drafts.noteTrial(step, { digest: (await read(id)).digest, result: resultOf(text), reach: WHOLE });
  await drafts.submit(step, '新规', null);
  await drafts.review(await stepOf(id, REVIEWER), 'approved', '好');
  await sets.publishDraft({ draftId: id, as: 'live', actor: REVIEWER, reason: '可以用', untriedReason: UNTRIED }, check);
  expect((await sets.versionsOf(text.ruleId))[0]).toMatchObject({ untriedReason: null });
});

test('there are so many and no more', async () => {
  await execute(
    postgres.pool,
    `INSERT INTO finding_rule_draft (id, rule_id, title, yaml, digest, state, revision, created_by, created_at_ms, changed_by, changed_at_ms)
     SELECT 'many' || n, '', '', '', '', 'draft', 1, 'x', 1, 'x', 1 FROM generate_series(1, ${MAX_OPEN_DRAFTS}) AS n`,
  );
  await expect(drafts.create({ ...fresh(), basedOn: null }, AUTHOR)).rejects.toMatchObject({ code: 'too-many' });
  expect((await drafts.list()).length).toBeGreaterThan(MAX_OPEN_DRAFTS);
});
