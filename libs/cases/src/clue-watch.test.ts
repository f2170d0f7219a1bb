import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { User } from '@tianyan/access';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { DAY_MS } from '@tianyan/kernel';
import { execute, rows } from '@tianyan/postgres';
import { z } from 'zod';
import type { StepRequest } from './api/index.js';
import { EAST, startClues, type CluesFixture } from './clues.test-fixture.js';

let fixture: CluesFixture;
beforeAll(async () => {
  fixture = await startClues();
});
afterAll(() => fixture.stop());

const report = '按程序办理';
const toldSchema = z.object({ kind: z.string(), recipient: z.string(), body: z.string() });
let seenDeliveries = 0;

/** What was told since the last look: kind and to whom, by account. */
async function told(): Promise<string[]> {
  const accounts = new Map((await fixture.users.list()).map(({ id, account }) => [id, account]));
  const all = await rows(fixture.pool, toldSchema, 'SELECT kind, recipient, body FROM notice_delivery ORDER BY id');
  const fresh = all.slice(seenDeliveries);
  seenDeliveries = all.length;
  return fresh.map(({ kind, recipient }) => `${kind} ${accounts.get(recipient)}`).toSorted();
}

async function take(id: string, taker: User, request: StepRequest): Promise<void> {
  const found = await fixture.queries.get(WHOLE_COUNTY, id);
  await fixture.clues.take(WHOLE_COUNTY, taker, { clueId: id, revision: found?.clue.revision ?? 0, request });
}

async function clueOf(findingId: string, finding: Parameters<CluesFixture['store']>[1] = {}): Promise<string> {
  await fixture.store(findingId, finding);
  return (await fixture.clues.register(WHOLE_COUNTY, fixture.people.li, { findingIds: [findingId], reason: null })).clueId;
}

async function closed(findingId: string, unit: string, verdict: 'confirmed' | 'unfounded' = 'confirmed'): Promise<string> {
  const { li, wang } = fixture.people;
  const id = await clueOf(findingId, { unit });
  await take(id, wang, { step: 'assign', assigneeId: li.id });
  await take(id, li, { step: 'verify', verdict, report });
  const disposal = verdict === 'confirmed' ? 'talk-or-letter' : 'conclude';
  await take(id, li, { step: 'propose', disposal, reason: report });
  await take(id, wang, { step: 'approve' });
  if (verdict === 'confirmed') await take(id, li, { step: 'report', outcome: 'conclude', report });
  await take(id, wang, { step: 'close', report });
  return id;
}

const stateOf = async (id: string) => (await fixture.queries.get(WHOLE_COUNTY, id))?.clue.state;
const holds = (id: string, value: boolean) => execute(fixture.pool, 'UPDATE finding SET holds = $2 WHERE id = $1', [id, value]);

describe('deadlines', () => {
  test('are told once when near, once when over, to whose turn it is and then to whoever leads', async () => {
    const { li, wang } = fixture.people;
    const id = await clueOf('D1', { township: EAST });
    await take(id, wang, { step: 'assign', assigneeId: li.id });
    expect(await told()).toEqual(['clue-assigned li']);
    await fixture.watch.round();
    expect(await told()).toEqual([]);
    const due = (await fixture.queries.get(WHOLE_COUNTY, id))?.clue.dueAtMs ?? 0;
    fixture.countyClock.advanceTo(due - DAY_MS);
    expect(await fixture.watch.round()).toBe(1);
    expect(await fixture.watch.round()).toBe(0);
    expect(await told()).toEqual(['clue-due-soon li']);
    fixture.countyClock.advanceTo(due + 1);
    await fixture.watch.round();
    await fixture.watch.round();
    // Qian leads in the township too.
    expect(await told()).toEqual(['clue-overdue li', 'clue-overdue qian', 'clue-overdue wang']);
  });

  test('of a clue that is suspended are not told', async () => {
    const { wang } = fixture.people;
    const id = await clueOf('D2');
    await take(id, wang, { step: 'suspend', reason: report });
    fixture.countyClock.advanceBy(90 * DAY_MS);
    await fixture.watch.round();
    expect((await told()).filter((one) => one.includes('D2'))).toEqual([]);
    const { clue } = (await fixture.queries.get(WHOLE_COUNTY, id)) ?? {};
    expect(clue).toMatchObject({ state: 'suspended' });
    expect(
      await rows(fixture.pool, z.object({ id: z.string() }), 'SELECT id FROM clue WHERE id = $1 AND soon_told_ms IS NULL', [id]),
    ).toHaveLength(1);
  });
});

test('what is told of a clue bears the classes of its findings', async () => {
  const { li, wang } = fixture.people;
  const id = await clueOf('C1');
  await take(id, wang, { step: 'assign', assigneeId: li.id });
  const schema = z.object({ problem_classes: z.array(z.string()) });
  const sql = 'SELECT problem_classes FROM notice_delivery WHERE subject_id = $1';
  expect(await rows(fixture.pool, schema, sql, [id])).toEqual([{ problem_classes: ['不作为'] }]);
  await told();
});

test('what the data withdraw is told, and decides nothing', async () => {
  const { li, wang } = fixture.people;
  const id = await clueOf('S1');
  await take(id, wang, { step: 'assign', assigneeId: li.id });
  await fixture.watch.round();
  await told();
  await holds('S1', false);
  await fixture.watch.round();
  await fixture.watch.round();
  expect(await told()).toEqual(['clue-data-changed li']);
  const detail = await fixture.queries.get(WHOLE_COUNTY, id);
  expect(detail?.steps.at(-1)).toMatchObject({ content: { step: 'support-lost', findingId: 'S1' }, takerId: null });
  expect([detail?.clue.state, detail?.unbroken]).toEqual(['verifying', true]);
  await holds('S1', true);
  await fixture.watch.round();
  expect((await fixture.queries.get(WHOLE_COUNTY, id))?.steps.at(-1)?.content.step).toBe('support-regained');
});

describe('a problem that comes back after the closure', () => {
  test('opens the clue again: another finding of the same rule about the same thing', async () => {
    const id = await closed('R1', 'U-R');
    fixture.countyClock.advanceBy(5 * DAY_MS);
    await fixture.store('R2', { unit: 'U-R', ruleId: 'other' });
    await fixture.store('R3', { unit: 'U-other' });
    await fixture.watch.round();
    expect(await stateOf(id)).toBe('closed');
    await told();
    await fixture.store('R4', { unit: 'U-R' });
    await fixture.watch.round();
    await fixture.watch.round();
    const detail = await fixture.queries.get(WHOLE_COUNTY, id);
    expect(detail?.clue).toMatchObject({ state: 'registered', assigneeId: null, verdict: null });
    expect(detail?.steps.filter(({ content }) => content.step === 'rebound')).toHaveLength(1);
    expect(await told()).toEqual(['clue-rebounded li', 'clue-rebounded qian', 'clue-rebounded wang']);
    // A person decides what becomes of the finding.
    expect((await fixture.queries.ofFindings(WHOLE_COUNTY, ['R4'])).size).toBe(0);
  });

  test('or its own finding, once the data had withdrawn it', async () => {
    const id = await closed('R5', 'U-S');
    await holds('R5', false);
    await fixture.watch.round();
    expect(await stateOf(id)).toBe('closed');
    await holds('R5', true);
    await fixture.watch.round();
    expect(await stateOf(id)).toBe('registered');
  });

  test('not where nothing was found, what is set aside, or after the time of the watch', async () => {
    const unfounded = await closed('R6', 'U-T', 'unfounded');
    const aside = await closed('R7', 'U-V');
    const late = await closed('R8', 'U-W');
    fixture.countyClock.advanceBy(DAY_MS);
    await fixture.store('R6b', { unit: 'U-T' });
    await fixture.store('R7b', { unit: 'U-V' });
    await execute(
      fixture.pool,
      `INSERT INTO finding_exemption (rule_id, subject_kind, subject_code, kind, reason, document, actor, made_at_ms)
       VALUES ('overdue', 'unitId', 'U-V', 'exception', '批文', '县府批复', 'li', 1)`,
    );
    await fixture.watch.round();
    fixture.countyClock.advanceBy(400 * DAY_MS);
    await fixture.store('R8b', { unit: 'U-W' });
    await fixture.watch.round();
    expect(await Promise.all([unfounded, aside, late].map(stateOf))).toEqual(['closed', 'closed', 'closed']);
  });
});
