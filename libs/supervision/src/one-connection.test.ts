import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { UnitReach } from '@tianyan/access';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { openPool, type Pool } from '@tianyan/postgres';
import type { CircularContent } from './api/circular-words.js';
import type { LetterContent } from './api/index.js';
import { startSupervision, type SupervisionFixture } from './supervision.test-fixture.js';

let fixture: SupervisionFixture;
let own: Pool;
let parts: ReturnType<SupervisionFixture['over']>;

beforeAll(async () => {
  fixture = await startSupervision();
  own = openPool({
    databaseUrl: fixture.databaseUrl,
    maxConnections: 1,
    // Who waited for a second one is told, and does not wait for ever.
    connectTimeoutMs: 5_000,
    onIdleCut: () => undefined,
  });
  parts = fixture.over(own);
});
afterAll(async () => {
  await own.end();
  await fixture.stop();
});

const words = { title: '关于退回工单', text: '请核实四件工单的退回理由。' };

test('a letter needs one connection from its draft to its closure, whoever has to be told', async () => {
  const { li, wang, water } = fixture.people;
  const units = UnitReach.of({ user: water });
  await fixture.storeFinding('F1');
  const content: LetterContent = { kind: 'supervision-order', unitCode: 'WATER', ...words, replyWorkingDays: 5 };
  const asked = { origin: { kind: 'finding', id: 'F1' }, content, cover: false, covers: [] } as const;
  const { letters } = parts;
  const { id: letterId } = await letters.draft(WHOLE_COUNTY, li, asked);
  const of = { letterId, covers: [] };
  await letters.take(WHOLE_COUNTY, li, { ...of, revision: 1, request: { step: 'revise', ...content, cover: false } });
  await letters.take(WHOLE_COUNTY, wang, { ...of, revision: 2, request: { step: 'issue' } });
  await letters.takeForUnit(units, water, { letterId, revision: 3, request: { step: 'receive' } });
  const answer = { measures: '重办', outcome: '办结', documents: [] };
  await letters.takeForUnit(units, water, { letterId, revision: 4, request: { step: 'answer', ...answer } });
  const sendBack = { step: 'send-back', reason: '没有材料', replyWorkingDays: 2 } as const;
  const { seq } = await letters.take(WHOLE_COUNTY, li, { ...of, revision: 5, request: sendBack });
  expect(seq).toBe(6);
});

test('so do a circular, and what units report to it', async () => {
  const { li, wang, water } = fixture.people;
  const units = UnitReach.of({ user: water });
  await fixture.storeFinding('F2');
  const content: CircularContent = { ...words, unitCodes: ['WATER'], audience: 'named', reportWorkingDays: 5 };
  const { circulars, improvements } = parts;
  const origins = [{ kind: 'finding', id: 'F2' } as const];
  const { id: circularId } = await circulars.draft(WHOLE_COUNTY, li, { origins, content, covers: [] });
  await circulars.take(WHOLE_COUNTY, li, { circularId, revision: 1, request: { step: 'revise', ...content }, covers: [] });
  const issue = { step: 'issue', despite: false } as const;
  await circulars.take(WHOLE_COUNTY, wang, { circularId, revision: 2, request: issue, covers: [] });
  const system = { name: '退单复核办法', documentNumber: '水发〔2026〕1号', documentDay: '2026-03-09', kind: 'new' } as const;
  const { id } = await improvements.report(units, water, { circularId, asked: { unitCode: 'WATER', ...system } });
  const sendBack = { step: 'send-back', reason: '文号有误' } as const;
  await improvements.take(WHOLE_COUNTY, li, { id, revision: 1, request: sendBack, covers: [] });
  const finish = { step: 'finish', unitCode: 'WATER' } as const;
  expect((await circulars.takeForUnit(units, water, { circularId, request: finish })).seq).toBe(4);
});
