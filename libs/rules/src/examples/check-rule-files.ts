import type { YearOfHolidays } from '@tianyan/calendar';
import { builtInCatalogue, problemOf } from '@tianyan/contracts';
import { z } from 'zod';
import { compileRules, InvalidRuleError, type RuleProblem } from '../compile/index.js';
import type { RuleDefinition, RuleExample } from '../language/index.js';
import { parseRule, ruleFiles, ruleText } from '../pack.js';
import { differences } from './differences.js';
import { exampleRecord, ExampleTables } from './example-tables.js';
import { problemLine } from './problem-line.js';

export interface PlacedProblem extends RuleProblem {
  /** Null where the problem is of the file as a whole, or its path says the line. */
  line: number | null;
}

export interface CheckedExample {
  name: string;
  /** What came back otherwise than it says, in Chinese; empty if it passed. */
  differences: readonly string[];
}

export interface CheckedFile {
  file: string;
  /** Null if the file is no rule. */
  ruleId: string | null;
  /** Why the rule cannot be used. Its examples are not tried then. */
  problems: readonly PlacedProblem[];
  examples: readonly CheckedExample[];
}

/**
 * Reads the rules of a file or folder and tries the examples of each by itself, on real tables in a folder of their own. One file is
 * given out as soon as it is done. Throws RefusedError when there is no such path.
 */
export async function* checkRuleFiles(path: string, holidays: readonly YearOfHolidays[]): AsyncGenerator<CheckedFile> {
  const fileOf = new Map<string, string>();
  let tables: ExampleTables | null = null;
  try {
    for (const file of ruleFiles(path)) {
      const { text, rule, problems } = readOne(file, fileOf);
      if (!rule || problems.length > 0) {
        yield { file, ruleId: rule?.id ?? null, problems: problems.map((one) => placed(text, one)), examples: [] };
        continue;
      }
      fileOf.set(rule.id, file);
      tables ??= await ExampleTables.open(holidays);
      yield { file, ruleId: rule.id, problems: [], examples: await triedExamples(tables, rule) };
    }
  } finally {
    await tables?.close();
  }
}

/** As the platform would read it at its start. */
function readOne(
  file: string,
  fileOf: ReadonlyMap<string, string>,
): { text: string; rule: RuleDefinition | null; problems: readonly RuleProblem[] } {
  let text = '';
  let rule: RuleDefinition | null = null;
  try {
    text = ruleText(file);
    rule = parseRule(text);
    compileRules([rule], builtInCatalogue);
  } catch (error) {
    if (!(error instanceof InvalidRuleError)) throw error;
    return { text, rule, problems: error.problems };
  }
  const other = fileOf.get(rule.id);
  return { text, rule, problems: other === undefined ? [] : [{ path: 'id', message: `与 ${other} 的规则编号重复` }] };
}

/** With the line of the text where it stands, as far as that can be told. */
export function placed(text: string, problem: RuleProblem): PlacedProblem {
  return { ...problem, line: problemLine(text, problem.path) };
}

async function triedExamples(tables: ExampleTables, rule: RuleDefinition): Promise<CheckedExample[]> {
  const tried: CheckedExample[] = [];
  for (const example of rule.examples) tried.push({ name: example.name, differences: await tryExample(tables, rule, example) });
  return tried;
}

/** Swept, and live by what the records touch: the platform does both. */
async function tryExample(tables: ExampleTables, rule: RuleDefinition, example: RuleExample): Promise<string[]> {
  const [group] = compileRules([rule], builtInCatalogue);
  if (!group) throw new Error(`the rule ${rule.id} compiles to nothing`);
  await tables.clear(new Set([...group.recordTypes, ...example.records.map(({ type }) => type)]));
  const mistake = recordMistake(example);
  if (mistake !== null) return [mistake];
  const batches = await tables.writeExamples(example.records);
  const nowMs = Date.parse(example.now);
  const swept = differences(rule, example, await tables.evaluate(group, nowMs, 'all'));
  const live = differences(rule, example, await tables.evaluate(group, nowMs, await tables.touched(group, batches)));
  return [...swept, ...live.filter((line) => !swept.includes(line)).map((line) => `（实时研判）${line}`)];
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
