import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { builtInHolidays, WorkingCalendar } from '@tianyan/calendar';
import { builtInCatalogue, hashOf, type AnyRecord } from '@tianyan/contracts';
import type { SqlQuery } from '@tianyan/warehouse';
import { exampleRecord, ExampleTables } from './examples/example-tables.js';
import { asKnownAt, compileRules, loadPack, type Evaluation, type ExampleRecord, type RecordSource } from './index.js';

/** What a county knew at an instant is what its current tables held then, whatever has come since. */
const calendar = new WorkingCalendar(builtInHolidays());
/** Own fields and links, one part of a scope and several, current tables and their copies. */
const RULES = ['order-ping-pong', 'no-contact-in-time', 'paid-not-mended'];
const rules = loadPack().filter(({ id }) => RULES.includes(id));
const groups = compileRules(rules, builtInCatalogue);
const examples = rules.flatMap(({ id, examples: own }) => own.map((example, n) => ({ ...example, name: `${id}-${n}` })));
/** When everything has become due, so that answers depend on what is known and no longer on the hour. */
const NOW_MS = Math.max(...examples.map(({ now }) => Date.parse(now)));
const FIRST_MS = Date.parse('2026-01-01T00:00:00+08:00');
const STEP_MS = 60_000;

/** One thing of each example: comes, is corrected, moves away, is deleted and comes again, a step later each time. */
type Step = (record: ExampleRecord, n: number) => Partial<AnyRecord> | null;
const STEPS: readonly Step[] = [
  (_record, n) => (n % 3 === 0 ? null : { version: 1 }),
  (_record, n) => (n % 3 === 0 ? { version: 1 } : null),
  // A correction under the same version: the stream's order says which is newer.
  (_record, n) => (n % 4 === 0 ? { version: 1, atMs: FIRST_MS + n } : null),
  (_record, n) => (n % 3 === 1 ? { version: 2, op: 'delete' } : null),
  // Comes late and is older than what is there: changes nothing.
  (_record, n) => (n % 3 === 1 ? { version: 1 } : null),
  (_record, n) => (n % 6 === 1 ? { version: 3 } : null),
];

let fixture: ExampleTables;
beforeAll(async () => {
  fixture = await ExampleTables.open();
});
afterAll(() => fixture.close());

/** A record of an example as it comes in a step. Ids of examples are their own, so that no two are one thing. */
function arrival(example: string, record: ExampleRecord, change: Partial<AnyRecord>, receivedAtMs: number): AnyRecord {
  const full = { ...exampleRecord(record), ...change, id: `${example}-${record.id}`, receivedAtMs };
  const raw = JSON.stringify([full.version, full.op, full.atMs]);
  const said = { ...full, raw, hash: hashOf(raw) };
  return said.op === 'delete' ? { ...said, op: 'delete', fields: null } : (said as AnyRecord); // what was not deleted has its fields
}

async function arrive(step: Step, receivedAtMs: number): Promise<void> {
  const records = examples.flatMap(({ name, records: own }) => own.map((record) => ({ name, record })));
  const arrivals = records.flatMap(({ name, record }, n) => {
    const change = step(record, n);
    return change ? [{ type: record.type, record: arrival(name, record, change, receivedAtMs) }] : [];
  });
  for (const [type, ofType] of Map.groupBy(arrivals, (one) => one.type))
    await fixture.write(
      type,
      ofType.map(({ record }) => record),
    );
}

const sorted = (answers: readonly Evaluation[]) =>
  answers.toSorted((a, b) => (`${a.scope} ${a.ruleId}` < `${b.scope} ${b.ruleId}` ? -1 : 1));
const asked = (queries: readonly SqlQuery[]) => Promise.all(queries.map((query) => fixture.warehouse.rows(query)));

/** By both interpreters: everything by SQL, and the scopes that came back in the process. */
async function answers(records?: RecordSource): Promise<{ swept: Evaluation[]; judged: Evaluation[] }> {
  const all = { swept: [] as Evaluation[], judged: [] as Evaluation[] };
  for (const group of groups) {
    const queries = group.evaluate({ nowMs: NOW_MS, scopes: 'all', ...(records && { records }) });
    const swept = (await asked(queries)).flat().flatMap((row) => group.parseRow(row));
    const judge = group.inProcess(calendar, records);
    // No rule of the pack is judged by SQL alone.
    if (!judge) throw new Error(`${group.groupId} is not judged in the process`);
    const scopes = [...new Set(swept.map(({ scope }) => scope))];
    all.swept.push(...swept);
    all.judged.push(...(await judge.judge(scopes, NOW_MS, (query) => fixture.warehouse.rows(query))));
  }
  return { swept: sorted(all.swept), judged: sorted(all.judged) };
}

describe('as known at an instant', () => {
  test('is what the current tables said then, swept and in the process', async () => {
    const then: { atMs: number; said: Awaited<ReturnType<typeof answers>> }[] = [];
    for (const [n, step] of STEPS.entries()) {
      const atMs = FIRST_MS + n * STEP_MS;
      await arrive(step, atMs);
      then.push({ atMs, said: await answers() });
    }
    // Otherwise nothing was compared: most steps change answers, the one that brings only what is old does not.
    const texts = then.map(({ said }) => JSON.stringify(said));
    expect(new Set(texts).size).toBe(STEPS.length - 1);
    for (const { said } of then) expect(said.swept.filter(({ hit }) => hit).length).toBeGreaterThan(2);
    for (const { atMs, said } of then) {
      expect({ atMs, ...(await answers(asKnownAt(atMs))) }).toEqual({ atMs, ...said });
    }
  }, 300_000);
});
