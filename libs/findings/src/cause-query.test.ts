import { builtInCatalogue, PERIOD_FIELDS, periodOf } from '@tianyan/contracts';
import { chinaDayOf } from '@tianyan/kernel';
import { ruleSchema, type RuleDefinition } from '@tianyan/rules';
import { ensureTables, logTable, openEmbeddedWarehouse, type OpenWarehouse, readRows } from '@tianyan/warehouse';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { evaluationGroups } from './index.js';

/** 0:30 of a Sunday in China, which begins a month; in UTC it is still Saturday and the month before. */
const AT_MS = Date.UTC(2026, 1, 28, 16, 30);
const DAY = chinaDayOf(AT_MS);
const UNIT = 'U1';
const VILLAGE = 'V1';

let directory: string;
let warehouse: OpenWarehouse;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tianyan-causes-'));
  warehouse = await openEmbeddedWarehouse({ directory });
  await ensureTables(warehouse, builtInCatalogue);
  await insert('hotline.order-event', 'e1', { orderId: 'A1', unitId: UNIT, action: 'called-back' });
  const place = { townshipCode: 'T1', villageCode: VILLAGE };
  const said = { title: '路', content: '路', channel: '电话', category: 'help', matter: 'road' };
  await insert('hotline.order', 'o1', { orderId: 'A1', ...place, ...said, urgency: 'normal', status: '办理中' });
  await insert('assets.payment', 'p1', { voucherId: 'p1', ...place, direction: 'out', account: 'road', summary: '付款' });
});
afterAll(async () => {
  await warehouse.close();
  await rm(directory, { recursive: true, force: true });
});

/** A row of the log, in a batch of the name of its type. */
async function insert(type: string, id: string, fields: Readonly<Record<string, string>>): Promise<void> {
  const envelope = { id, source: 'test', version: 1, op: 'upsert', atMs: AT_MS, receivedAtMs: AT_MS, batch: type, raw: '{}' };
  const row = { ...envelope, hash: '0'.repeat(32), streamOffset: 1, ...fields };
  await warehouse.insertLines(logTable(type), [JSON.stringify(row)], type);
}

function rule(kind: object): RuleDefinition {
  const record = { type: 'hotline.order', id: 'x', at: '2026-03-02T09:00:00+08:00' };
  return ruleSchema.parse({
    id: 'causes',
    version: 1,
    title: '原因',
    class: '形式主义',
    severity: 'low',
    basis: [{ document: '测试', demands: '测试' }],
    description: '看记录归入哪里。',
    explanation: '看记录归入哪里。',
    examples: [{ name: '任意', now: '2026-06-01T09:00:00+08:00', records: [record], expect: [] }],
    ...kind,
  });
}

/** The scopes under which the one record of the type is named as a cause. */
async function causes(definition: RuleDefinition, type: string, scopes: readonly string[]): Promise<unknown[]> {
  const [group] = evaluationGroups({
    rules: [definition],
    catalogue: builtInCatalogue,
    calendarFingerprint: '',
    explain: () => '',
  });
  const query = group?.touching(type, [type], scopes);
  if (!query) throw new Error(`no query for ${type}`);
  return (await readRows(warehouse, z.object({ scope: z.string(), id: z.string() }), query)).map(({ scope, id }) => ({
    scope,
    id,
  }));
}

test.each([...PERIOD_FIELDS])('a record is named as a cause in the scope of its %s, its own and over a link', async (period) => {
  const returned = { type: 'hotline.order-event', where: { action: 'called-back' } };
  const inputs = { whole: returned, part: { ...returned, where: { action: 'called-back', solved: false } } };
  const sides = { part: { of: 'part' }, whole: { of: 'whole' }, minWhole: 1, above: 30 };
  const share = rule({ scope: ['unitId', period], inputs, kind: 'ratio', ...sides });
  const ofUnit = `${UNIT}|${periodOf(period, DAY)}`;
  expect(await causes(share, 'hotline.order-event', [ofUnit, `${UNIT}|1990`])).toEqual([{ scope: ofUnit, id: 'e1' }]);

  const link = { to: 'order', on: [{ villageCode: 'villageCode', account: 'matter' }, { atDay: 'atDay' }] };
  const linked = rule({
    scope: ['villageCode', period],
    inputs: { order: { type: 'hotline.order' }, payment: { type: 'assets.payment', link } },
    kind: 'join',
    subject: 'order',
    all: [{ of: 'payment', atLeast: 1 }],
  });
  const ofVillage = `${VILLAGE}|${periodOf(period, DAY)}`;
  expect(await causes(linked, 'assets.payment', [ofVillage])).toEqual([{ scope: ofVillage, id: 'p1' }]);
});
