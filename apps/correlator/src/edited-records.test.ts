import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { builtInCatalogue, type Edit } from '@tianyan/contracts';
import { evaluationGroups, FindingQueries, type EvaluationGroup } from '@tianyan/findings';
import { DAY_MS } from '@tianyan/kernel';
import { loadPack } from '@tianyan/rules';
import { makeCorrelator, openDatabases, TestWriter, type Databases } from './correlator.test-fixture.js';
import { returned, threeReturns } from './three-returns.test-fixture.js';

const START_MS = Date.UTC(2026, 2, 2);
const EDIT: Edit = { editedBy: 'li.fen', reviewedBy: 'wang.gang', editReason: '电话核实', editOf: '12' };
let databases: Databases;
let writer: TestWriter;
beforeAll(async () => {
  databases = await openDatabases();
  writer = new TestWriter(databases.warehouse);
});
afterAll(() => databases.close());

const edited = (...args: Parameters<typeof returned>) => {
  const { type, record } = returned(...args);
  return { type, record: { ...record, edit: EDIT } };
};

/** The hand-written rule, with the look-up of causes that the compiled ones have. */
const compiled = evaluationGroups({
  rules: loadPack().filter(({ scope }) => scope.join() === 'orderId'),
  catalogue: builtInCatalogue,
  calendarFingerprint: '1',
  explain: () => '',
});
const rule: EvaluationGroup = { ...threeReturns, touching: (...asked) => compiled[0]?.touching(...asked) ?? null };

/** The history of one scope's finding, newest first: what happened, and by whose records. */
async function history(scope: string) {
  const queries = new FindingQueries(databases.pool);
  const found = (await queries.list(WHOLE_COUNTY, { text: scope }, {})).items.find((finding) => finding.scope === scope);
  const detail = found && (await queries.get(WHOLE_COUNTY, found.id));
  return detail?.history.map(({ event, cause }) => [
    event,
    cause.kind === 'records' ? cause.records.map(({ id, edit }) => [id, edit]) : null,
  ]);
}
const landed = async (records: Parameters<TestWriter['write']>[0]) =>
  makeCorrelator(databases, [rule], START_MS + 10 * DAY_MS).pipeline.landed(await writer.write(records));

test('a finding that an edited record opens, changes or withdraws names who edited it, and the others of the batch do not', async () => {
  await landed([1, 2].flatMap((n) => [returned(`a${n}`, 'order-a', START_MS + n), returned(`b${n}`, 'order-b', START_MS + n)]));
  await landed([edited('a3', 'order-a', START_MS + 3), returned('b3', 'order-b', START_MS + 3)]);
  expect(await history('order-a')).toEqual([['opened', [['a3', EDIT]]]]);
  expect(await history('order-b')).toEqual([['opened', []]]);

  await landed([edited('a4', 'order-a', START_MS + 4)]);
  expect((await history('order-a'))?.[0]).toEqual(['changed', [['a4', EDIT]]]);

  // The row that left the scope is a copy of the source's; that it left is the edited one's doing.
  await landed([edited('b2', 'order-c', START_MS + 2, 2)]);
  expect((await history('order-b'))?.[0]).toEqual(['withdrawn', [['b2', EDIT]]]);
});

test('an edited record is named although hundreds of others came with it', async () => {
  await landed([1, 2, 3].map((n) => returned(`d${n}`, 'order-d', START_MS + n)));
  const many = Array.from({ length: 200 }, (_unused, n) => returned(`d-late-${n}`, 'order-d', START_MS + 100 + n));
  await landed([...many, edited('d-last', 'order-d', START_MS + DAY_MS)]);
  expect((await history('order-d'))?.[0]).toEqual(['changed', [['d-last', EDIT]]]);
});
