import { builtInCatalogue, problemOf } from '@tianyan/contracts';
import { z } from 'zod';
import { compileRules, preview, type RecordSource, type RuleGroup } from '../compile/index.js';
import type { RuleDefinition, RuleExample } from '../language/index.js';
import { differences } from './differences.js';
import { disagreements } from './disagreements.js';
import { exampleRecord, type ExampleTables } from './example-tables.js';
import { queryMistake } from './query-mistake.js';

export interface CheckedExample {
  name: string;
  /** What came back otherwise than it says, in Chinese; empty if it passed. */
  differences: readonly string[];
}

/** Tries the examples of a rule that compiles, one after the other on the same tables. */
export async function triedExamples(tables: ExampleTables, rule: RuleDefinition): Promise<CheckedExample[]> {
  const tried: CheckedExample[] = [];
  for (const example of rule.examples) tried.push({ name: example.name, differences: await tryExample(tables, rule, example) });
  return tried;
}

/**
 * Swept, and live by what the records touch: the platform does both, and they must say the same, of what the example does not mention too. And once more from the
 * records alone, as what is not accepted yet is read.
 */
async function tryExample(tables: ExampleTables, rule: RuleDefinition, example: RuleExample): Promise<string[]> {
  const [group] = compileRules([rule], builtInCatalogue);
  if (!group) throw new Error(`the rule ${rule.id} compiles to nothing`);
  await tables.clear(new Set([...group.recordTypes, ...example.records.map(({ type }) => type)]));
  const mistake = recordMistake(example);
  if (mistake !== null) return [mistake];
  const batches = await tables.writeExamples(example.records);
  const nowMs = Date.parse(example.now);
  const given = preview(
    example.records.map((record) => ({ type: record.type, record: exampleRecord(record) })),
    null,
  );
  const asked: Asked = { tables, rule, example, group, nowMs, given };
  if (group.everyMs !== undefined) return wholeExample(asked);
  const ways = {
    sweep: await tables.evaluate(group, nowMs, 'all'),
    live: await tables.evaluate(group, nowMs, await tables.touched(group, batches)),
    given: await tables.evaluate(group, nowMs, 'all', given),
  };
  const asExpected = differences(rule, example, ways.sweep);
  return [
    ...asExpected,
    ...differences(rule, example, ways.live)
      .filter((line) => !asExpected.includes(line))
      .map((line) => `（实时研判）${line}`),
    ...disagreements(rule, ways),
  ];
}

interface Asked {
  tables: ExampleTables;
  rule: RuleDefinition;
  example: RuleExample;
  group: RuleGroup;
  nowMs: number;
  /** Its records alone, out of no table. */
  given: RecordSource;
}

/** What is judged at a rate is judged by a query alone, and only the database can tell that it is wrong. */
async function wholeExample({ tables, rule, example, group, nowMs, given }: Asked): Promise<string[]> {
  try {
    const sweep = await tables.evaluate(group, nowMs, 'all');
    const cohort = await tables.ofEachCohort(group, nowMs);
    const ways = { sweep, ...(cohort && { cohort }), given: await tables.evaluate(group, nowMs, 'all', given) };
    return [...differences(rule, example, sweep), ...disagreements(rule, ways)];
  } catch (error) {
    const mistake = queryMistake(rule, error);
    if (mistake === null) throw error;
    return [mistake];
  }
}

/** What of an example's records breaks their contract beyond what the check of the rule looks for; null if nothing does. */
function recordMistake(example: RuleExample): string | null {
  for (const record of example.records) {
    try {
      exampleRecord(record);
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      const { fields } = builtInCatalogue.get(record.type);
      const problems = error.issues.map((issue) => problemOf(issue, fields, record));
      return `记录 ${record.id} 不合数据契约：${problems.map(({ field, label, reason }) => `${field}（${label}）${reason}`).join('；')}`;
    }
  }
  return null;
}
