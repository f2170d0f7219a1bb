import type { Catalogue } from '@tianyan/contracts';
import { compileRules, InvalidRuleError, parseRule, placed, type RuleDefinition } from '@tianyan/rules';

/** Reads a rule that a person has written. Throws InvalidRuleError, with lines, for no rule and for one that fits no record types. */
export function checkedRule(yaml: string, catalogue: Catalogue): RuleDefinition {
  try {
    const rule = parseRule(yaml);
    compileRules([rule], catalogue);
    return rule;
  } catch (error) {
    throw lined(yaml, error);
  }
}

/** What is wrong is told with its line: the author looks at the text. */
function lined(yaml: string, error: unknown): unknown {
  if (!(error instanceof InvalidRuleError)) return error;
  const problems = placed(yaml, error.problems).map(({ path, message, line }) => ({
    path: line === null ? path : `第 ${line} 行，${path || '（全文）'}`,
    message,
  }));
  return new InvalidRuleError(error.ruleId, problems);
}
