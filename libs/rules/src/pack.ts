import { yamlMistake } from '@tianyan/contracts';
import { MAX_RULE_CHARS } from '@tianyan/contracts/limits';
import { isUtf8 } from 'node:buffer';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join, parse } from 'node:path';
import { isNestedDeeper, RefusedError } from '@tianyan/kernel';
import { parseDocument, type Document } from 'yaml';
import { InvalidRuleError } from './compile/invalid-rule.js';
import { problemsOf, wordsFor } from './schema-problems.js';
import { ruleSchema, type RuleDefinition } from './language/rule.js';

/** References (`*name`) to parts of a rule; far more of them unfold into a document that fills the memory. */
const MAX_ALIASES = 100;

/**
 * Reads a rule. Throws {@link InvalidRuleError} in Chinese, with the path of each problem, when the text is no YAML or breaks
 * the language. Whether types and fields exist is checked by `compileRules`, which knows the catalogue.
 */
export function parseRule(yamlText: string): RuleDefinition {
  const value = ruleValue(yamlText);
  const result = ruleSchema.safeParse(value, { error: wordsFor });
  if (result.success) return result.data;
  throw new InvalidRuleError(idOf(value), problemsOf(result.error));
}

/** What stands in the text, not checked yet. Throws {@link InvalidRuleError} for what is no YAML or no list of named parts. */
export function ruleValue(yamlText: string): object {
  if (yamlText.length > MAX_RULE_CHARS)
    throw new InvalidRuleError('（未知）', [{ path: '', message: `规则全文不能超过 ${MAX_RULE_CHARS} 个字符` }]);
  if (isNestedDeeper(yamlText, MAX_NESTING) || NESTED_LISTS.test(yamlText))
    throw new InvalidRuleError('（未知）', [{ path: '', message: `不是一条规则：括号或列表嵌套超过 ${MAX_NESTING} 层` }]);
  const document = parseDocument(yamlText, { uniqueKeys: true });
  if (document.errors.length > 0)
    throw new InvalidRuleError(
      '（未知）',
      document.errors.slice(0, MAX_TOLD_FAULTS).map((error) => ({
        path: `第 ${error.linePos?.[0].line ?? 1} 行`,
        message: `不是合法的 YAML：${yamlMistake(error)}`,
      })),
    );
  const value = valueOf(document);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InvalidRuleError('（未知）', [{ path: '', message: '不是一条规则：应是若干“名称: 值”，如 id、version、title' }]);
  return value;
}

function valueOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new InvalidRuleError('（未知）', [{ path: '', message: `YAML 的引用（*名称）过多，最多 ${MAX_ALIASES} 处` }]);
  }
}

function idOf(value: unknown): string {
  return typeof value === 'object' && value !== null && 'id' in value ? String(value.id) : '（未知）';
}

/** Deeper than any rule; the reader of YAML takes seconds over a text of brackets alone. */
const MAX_NESTING = 100;
/** Faults of its form that are told at once: of a text that is no YAML each line has one. */
const MAX_TOLD_FAULTS = 20;
/** The same as lists begun within each other on one line: `- - - …`. */
const NESTED_LISTS = new RegExp(`(?:[-?:] +){${MAX_NESTING}}`);

/** Directory of the rules shipped with the program, beside `src` and `dist`. */
const PACKS = new URL('../packs/', import.meta.url);

/** The rules shipped with the program, by file name. */
export function loadPack(): RuleDefinition[] {
  return shippedTexts().map(({ rule }) => rule);
}

let shipped: readonly RuleText[] | null = null;

/** Read once: a hundred rules with their examples take seconds to read, and are asked for in several places of one process. */
function shippedTexts(): readonly RuleText[] {
  shipped ??= readTexts(fileURLToPath(PACKS), 'shipped');
  return shipped;
}

/** One of them alone. Throws where no file bears the id. */
export function shippedText(ruleId: string): RuleText {
  return { ...readRule(fileURLToPath(new URL(`${ruleId}.yaml`, PACKS))), origin: 'shipped' };
}

/** A rule and the text that says it, as its author wrote it. */
export interface RuleText {
  rule: RuleDefinition;
  yaml: string;
  /** Whether it was shipped with the program, or stands in the county's own folder. */
  origin: 'shipped' | 'folder';
}

/** The texts of the rules shipped with the program, and those of a county's folder beside or instead of them; as {@link loadRules}. */
export function ruleTexts(folder: string | null): RuleText[] {
  return folder === null ? [...shippedTexts()] : replaced(shippedTexts(), readTexts(folder, 'folder'));
}

/** Rules are switched together by where they come from: those shipped with the program, and the county's own. */
export const RULE_PACKS = { shipped: '随产品的规则', county: '本县自定的规则' } as const;
export type RulePack = keyof typeof RULE_PACKS;

let shippedIds: ReadonlySet<string> | null = null;

/** A county's rule that takes the place of a shipped one belongs to the shipped pack, as the one before did. */
export function packOf(ruleId: string): RulePack {
  // Each file bears the id of its rule: to know that, none has to be read.
  shippedIds ??= new Set(ruleFiles(fileURLToPath(PACKS)).map((file) => parse(file).name));
  return shippedIds.has(ruleId) ? 'shipped' : 'county';
}

/** Rule files read from one directory; a county with more has mistaken a folder of data for one of rules. */
export const MAX_RULE_FILES = 500;

/**
 * The rules of a directory (its `*.yaml` and `*.yml` files, by name, not those below) or of one file. A rule with the
 * id of one in `before` takes its place, which is how a county changes a shipped rule: `loadRules(folder, loadPack())`.
 * Throws RefusedError, in Chinese, when there is no such path, and InvalidRuleError, which names the file, for the first
 * file that is no rule or repeats the id of another.
 */
export function loadRules(path: string, before: readonly RuleDefinition[] = []): RuleDefinition[] {
  const texts = before.map((rule): RuleText => ({ rule, yaml: '', origin: 'shipped' }));
  return replaced(texts, readTexts(path, 'folder')).map(({ rule }) => rule);
}

function replaced(before: readonly RuleText[], by: readonly RuleText[]): RuleText[] {
  const found = new Map(by.map((text) => [text.rule.id, text]));
  const known = new Set(before.map(({ rule }) => rule.id));
  return [...before.map((text) => found.get(text.rule.id) ?? text), ...by.filter(({ rule }) => !known.has(rule.id))];
}

function readTexts(path: string, origin: RuleText['origin']): RuleText[] {
  const found = new Map<string, { text: RuleText; file: string }>();
  for (const file of ruleFiles(path)) {
    const { rule, yaml } = readRule(file);
    const other = found.get(rule.id);
    if (other) throw new InvalidRuleError(rule.id, [{ path: 'id', message: `与 ${other.file} 的规则编号重复` }], file);
    found.set(rule.id, { text: { rule, yaml, origin }, file });
  }
  return [...found.values()].map(({ text }) => text);
}

/** The files of {@link loadRules}. Throws RefusedError when there is no such path, or too many of them. */
export function ruleFiles(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new RefusedError('not-found', `没有规则目录或文件：${path}`);
  if (!stat.isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => /\.ya?ml$/.test(name));
  if (names.length > MAX_RULE_FILES)
    throw new RefusedError('invalid', `规则目录 ${path} 里有 ${names.length} 个规则文件，最多 ${MAX_RULE_FILES} 个`);
  return names.sort().map((name) => join(path, name));
}

/** The text of a rule file. Throws InvalidRuleError for one in another encoding, whose Chinese words would be none. */
export function ruleText(file: string): string {
  const bytes = readFileSync(file);
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new InvalidRuleError('（未知）', [{ path: '', message: '不是 UTF-8 编码，请在编辑器里另存为 UTF-8' }]);
}

function readRule(file: string): { rule: RuleDefinition; yaml: string } {
  try {
    const yaml = ruleText(file);
    return { rule: parseRule(yaml), yaml };
  } catch (error) {
    throw error instanceof InvalidRuleError ? new InvalidRuleError(error.ruleId, error.problems, file) : error;
  }
}
