import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { zhCN } from 'zod/locales';
import { InvalidRuleError } from './compile/invalid-rule.js';
import { ruleSchema, type RuleDefinition } from './language/rule.js';

/** Longest rule document: a longer one is not a rule. */
export const MAX_RULE_CHARS = 256 * 1024;

const chinese = zhCN().localeError;

/**
 * Reads a rule. Throws {@link InvalidRuleError} in Chinese, with the path of each problem, when the text is no YAML or breaks
 * the language. Whether types and fields exist is checked by `compileRules`, which knows the catalogue.
 */
export function parseRule(yamlText: string): RuleDefinition {
  if (yamlText.length > MAX_RULE_CHARS)
    throw new InvalidRuleError('（未知）', [{ path: '', message: `规则全文不能超过 ${MAX_RULE_CHARS} 个字符` }]);
  const document = parseDocument(yamlText, { uniqueKeys: true });
  if (document.errors.length > 0)
    throw new InvalidRuleError(
      '（未知）',
      document.errors.map((error) => ({
        path: `第 ${error.linePos?.[0].line ?? 1} 行`,
        message: `不是合法的 YAML（${error.code}），请检查缩进、引号和重复的名称`,
      })),
    );
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  const result = ruleSchema.safeParse(value, { error: (issue) => chinese(issue) });
  if (result.success) return result.data;
  throw new InvalidRuleError(
    idOf(value),
    result.error.issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message })),
  );
}

function idOf(value: unknown): string {
  return typeof value === 'object' && value !== null && 'id' in value ? String(value.id) : '（未知）';
}

/** Directory of the rules shipped with the program, beside `src` and `dist`. */
const PACKS = new URL('../packs/', import.meta.url);

/** All rules of a directory (`*.yaml`), by file name. Without a directory: those shipped with the program. */
export function loadPack(directory: string = fileURLToPath(PACKS)): RuleDefinition[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => parseRule(readFileSync(join(directory, name), 'utf8')));
}
