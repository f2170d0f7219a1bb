import type { YearOfHolidays } from '@tianyan/calendar';
import { builtInCatalogue } from '@tianyan/contracts';
import { compileRules, InvalidRuleError, type RuleProblem } from '../compile/index.js';
import type { RuleDefinition } from '../language/index.js';
import { parseRule, ruleFiles, ruleText } from '../pack.js';
import { ExampleTables } from './example-tables.js';
import { lineFinder } from './problem-line.js';
import { triedExamples, type CheckedExample } from './tried-examples.js';

export interface PlacedProblem extends RuleProblem {
  /** Null where the problem is of the file as a whole, or its path says the line. */
  line: number | null;
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
        yield { file, ruleId: rule?.id ?? null, problems: placed(text, problems), examples: [] };
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

/** Each with the line of the text where it stands, as far as that can be told. */
export function placed(text: string, problems: readonly RuleProblem[]): PlacedProblem[] {
  const lineOf = lineFinder(text);
  return problems.map((problem) => ({ ...problem, line: lineOf(problem.path) }));
}
