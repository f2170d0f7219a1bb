import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { UnitReach, type User } from '@tianyan/access';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { inTransaction } from '@tianyan/postgres';
import type { UnitLetterStepRequest } from './api/index.js';
import type { StepRecord } from './sent-before.js';
import type { SupervisionReceipt } from './step-history.js';
import { startSupervision, type SupervisionFixture } from './supervision.test-fixture.js';

let fixture: SupervisionFixture;
let letterId: string;
let stored = 0;
/** What the audit log was given. */
let recorded: SupervisionReceipt[];

beforeAll(async () => {
  fixture = await startSupervision();
});
afterAll(() => fixture.stop());

const RECEIVED = 3;
const answer = (measures: string): UnitLetterStepRequest => ({ step: 'answer', measures, outcome: '全部重办', documents: [] });
const record: StepRecord = async (_, receipt) => void recorded.push(receipt);
const byUnit = (user: User, revision: number, request: UnitLetterStepRequest, how = record) =>
  fixture.letters.takeForUnit(UnitReach.of({ user }), user, { letterId, revision, request }, how);

beforeEach(async () => {
  const { li, wang, water } = fixture.people;
  const id = `F${++stored}`;
  await fixture.storeFinding(id);
  const content = {
    kind: 'supervision-order',
    unitCode: 'WATER',
    title: '关于退回工单的督办',
    text: '请核实四件工单的退回理由。',
    replyWorkingDays: 5,
  } as const;
  const asked = { origin: { kind: 'finding', id }, content, cover: false, covers: [] } as const;
  letterId = (await fixture.letters.draft(WHOLE_COUNTY, li, asked)).id;
  await fixture.letters.take(WHOLE_COUNTY, wang, { letterId, revision: 1, request: { step: 'issue' }, covers: [] });
  await fixture.letters.takeForUnit(UnitReach.of({ user: water }), water, {
    letterId,
    revision: 2,
    request: { step: 'receive' },
  });
  recorded = [];
});

async function history(): Promise<number> {
  return (await fixture.queries.get(WHOLE_COUNTY, letterId))?.steps.length ?? 0;
}

test('sent again, at once or after others have acted, it is one step, and on record once', async () => {
  const { li, water } = fixture.people;
  const first = await byUnit(water, RECEIVED, answer('已约谈'));
  expect(await Promise.all([1, 2, 3].map(() => byUnit(water, RECEIVED, answer('已约谈'))))).toEqual([first, first, first]);
  await fixture.letters.take(WHOLE_COUNTY, li, { letterId, revision: 4, request: { step: 'accept' }, covers: [] });
  expect(await byUnit(water, RECEIVED, answer('已约谈'))).toEqual(first);
  expect([await history(), recorded]).toEqual([5, [first]]);
});

test('a draft that was revised or issued, sent again after others have acted, is the one step that it was', async () => {
  const { li, wang, water } = fixture.people;
  const content = { kind: 'supervision-order', unitCode: 'WATER', title: '督办', text: '请核实。', replyWorkingDays: 5 } as const;
  const finding = { kind: 'finding', id: `F${stored}` } as const;
  const { id } = await fixture.letters.draft(WHOLE_COUNTY, li, { origin: finding, content, cover: false, covers: [] });
  const of = { letterId: id, covers: [['单于红', '单**']] as const };
  const revised = { step: 'revise', ...content, text: '请向单于红核实。', cover: true } as const;
  const revise = () => fixture.letters.take(WHOLE_COUNTY, li, { ...of, revision: 1, request: revised }, record);
  const issue = () =>
    fixture.letters.take(WHOLE_COUNTY, wang, { ...of, revision: 2, request: { step: 'issue', opinion: '同意' } }, record);
  const first = await revise();
  expect(await revise()).toEqual(first);
  const second = await issue();
  expect([await revise(), await issue()]).toEqual([first, second]);
  const receive = { letterId: id, revision: 3, request: { step: 'receive' } } as const;
  await fixture.letters.takeForUnit(UnitReach.of({ user: water }), water, receive);
  expect([await revise(), await issue(), recorded]).toEqual([first, second, [first, second]]);
});

test('another content, or another person, has not seen what was done since', async () => {
  const { li, water } = fixture.people;
  await byUnit(water, RECEIVED, answer('已约谈'));
  await expect(byUnit(water, RECEIVED, answer('另一种写法'))).rejects.toMatchObject({ code: 'conflict' });
  const accept = { letterId, revision: 4, request: { step: 'accept' }, covers: [] } as const;
  await fixture.letters.take(WHOLE_COUNTY, li, accept);
  await expect(fixture.letters.take(WHOLE_COUNTY, fixture.people.wang, accept)).rejects.toMatchObject({ code: 'conflict' });
  expect(await history()).toBe(5);
});

test('a revision that there is not yet was seen by nobody', async () => {
  await expect(byUnit(fixture.people.water, 99, answer('已约谈'))).rejects.toMatchObject({ code: 'conflict' });
});

test('whoever hands in a file beside the answer knows of it, whichever arrives first', async () => {
  const { water } = fixture.people;
  const proof = fixture.letters.proofOfUnit(UnitReach.of({ user: water }), { ...water, address: null }, letterId);
  const file = { step: 'attach', fileId: 'photo-1', sha256: '0'.repeat(64) } as const;
  await inTransaction(fixture.pool, async (client) => (await proof.lock(client)).take(file));
  const first = await byUnit(water, RECEIVED, answer('见照片'));
  expect(await byUnit(water, RECEIVED, answer('见照片'))).toEqual(first);
  const found = await fixture.queries.get(WHOLE_COUNTY, letterId);
  expect(found?.steps.at(-1)?.content).toMatchObject({ step: 'answer', files: [{ fileId: 'photo-1' }] });
  expect(found?.unbroken).toBe(true);
});

test('what was sent is known again behind a file of another, which whoever sends something else has not seen', async () => {
  const attach = (user: User, fileId: string) =>
    inTransaction(fixture.pool, async (client) => {
      const proof = fixture.letters.proofOfUnit(UnitReach.of({ user }), { ...user, address: null }, letterId);
      await (await proof.lock(client)).take({ step: 'attach', fileId, sha256: '1'.repeat(64) });
    });
  const { water } = fixture.people;
  const colleague = await fixture.users.create({
    account: 'water-2',
    displayName: 'water-2',
    role: 'unit-liaison',
    townshipCodes: null,
    unitCodes: ['WATER'],
    password: 'Letters-2026-xyz',
    mustChangePassword: false,
  });
  if (!colleague) throw new Error('the colleague is there already');
  await attach(colleague, `theirs-${letterId}`);
  const late = byUnit(water, RECEIVED, answer('没有看到附件'));
  await expect(late).rejects.toMatchObject({ code: 'conflict' });
  await attach(colleague, `more-${letterId}`);
  expect(await history()).toBe(RECEIVED + 2);
  const seen = RECEIVED + 2;
  const first = await byUnit(water, seen, answer('都看过'));
  expect(await byUnit(water, RECEIVED, answer('都看过'))).toEqual(first);
  await expect(byUnit(water, RECEIVED, answer('另一种写法'))).rejects.toMatchObject({ code: 'conflict' });
});

test('what cannot be put on record does not happen', async () => {
  const full: StepRecord = async () => {
    throw new Error('the log is full');
  };
  await expect(byUnit(fixture.people.water, RECEIVED, answer('已约谈'), full)).rejects.toThrow('the log is full');
  expect(await history()).toBe(RECEIVED);
});
