import { Reach, type Role } from '@tianyan/access';
import { builtInCatalogue } from '@tianyan/contracts';
import { seenRefSchema, type SeenRef } from '@tianyan/findings';
import type { EvidenceRef } from '@tianyan/rules';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { EvidenceReader } from '../findings/evidence-reader.js';
import { ToldSources, type ToldSource } from '../sources/told-sources.js';
import { COUNTY_NOW_MS, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { writeRecords } from '../testing/records.js';

/** What cannot be asked for without a reach, also by whoever forgets it: the types refuse it. */

let fixture: ConsoleFixture;
let refs: EvidenceRef[];
beforeAll(async () => {
  fixture = await startConsole();
  const fields = { orderId: 'GD-1', unitId: 'U1', action: 'returned' };
  const record = { id: 'E-1', atMs: COUNTY_NOW_MS, raw: '{"bh":"GD-1"}', fields };
  refs = await writeRecords(fixture.warehouse, builtInCatalogue.get('hotline.order-event'), [record], 'returned');
});
afterAll(() => fixture.stop());

const reachOf = (townshipCodes: string[] | null) => {
  const role: Role = 'analyst';
  const user = { id: 'u', account: 'u', displayName: '', role, townshipCodes, problemClasses: null, unitCodes: [] };
  return Reach.of({ user: { ...user, mustChangePassword: false } });
};

test('a record is looked up by a name that was read within reach', async () => {
  const reader = new EvidenceReader(fixture.warehouse, builtInCatalogue);
  // @ts-expect-error somebody has written this name down: nobody asked who may see it
  const forged: SeenRef[] = refs;
  expect(forged).toHaveLength(1);
  const [record] = await reader.records(refs.map((ref) => seenRefSchema.parse(ref)));
  expect(record?.fields).toMatchObject({ orderId: 'GD-1' });
});

test('the words of an upstream are told with the whole county alone, and stand in no answer by themselves', async () => {
  const times = { lastRunAtMs: 1, lastSuccessAtMs: null, lastPageAtMs: null, lastRecordAtMs: null };
  const totals = { acceptedTotal: 0, repeatedTotal: 0, refusedTotal: 0, quarantineOpen: 0, heldLists: [] };
  const error = '上游回答：渡口坍塌';
  fixture.standIns.sourceRows = [
    { name: 'hotline', label: '12345 热线', kind: 'http-pull', enabled: true, state: 'failing', error, ...times, ...totals },
  ];
  const sources = new ToldSources(fixture.standIns.sources);
  const [told] = await sources.list();
  // @ts-expect-error not to be had without a reach
  const words: string | null | undefined = told?.error;
  expect(JSON.stringify([words, told, await sources.find('hotline')])).not.toContain('坍塌');
  const within = (one: ToldSource | undefined, reach: Reach) => one?.error?.within(reach) ?? null;
  expect([within(told, reachOf(null)), within(told, reachOf(['320921100']))]).toEqual([error, null]);
});
