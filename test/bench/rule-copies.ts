import { kindOf, loadRules, type RuleDefinition } from '@tianyan/rules';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDocument, isMap, isSeq, type YAMLMap } from 'yaml';

const PACKS = 'libs/rules/packs';

/** Files of the shipped rules. */
export function shippedRules(): string[] {
  return readdirSync(PACKS).filter((name) => name.endsWith('.yaml'));
}

/**
 * A folder of so many rules beside the shipped ones: copies of them with other figures, over all scopes in use. No two ask the same,
 * and each finds less than the one before it.
 * @param shipped files of those that are copied in turn; missing: all
 */
export function folderOfCopies(count: number, shipped: readonly string[] = shippedRules()): string {
  const folder = mkdtempSync(join(tmpdir(), 'tianyan-bench-rules-'));
  for (let i = 0; i < count; i++) {
    const name = shipped[i % shipped.length] ?? '';
    const document = parseDocument(readFileSync(join(PACKS, name), 'utf8'));
    const more = 1 + Math.floor(i / shipped.length);
    document.set('id', `${String(document.get('id'))}-${more}`);
    const parameters = document.get('parameters');
    if (isMap(parameters)) for (const { value } of parameters.items) if (isMap(value)) raise(value, more);
    writeFileSync(join(folder, `${String(i).padStart(DIGITS, '0')}.yaml`), document.toString());
  }
  return folder;
}

/** Read by name, they come in the order in which they were made. */
const DIGITS = 4;

/**
 * So many rules that are judged when what they read is touched, over all scopes in use: of the shipped ones some of each scope, or all
 * and copies of them. The others are judged whole, at a rate of their own.
 * @param scope over which alone, as its fields are joined; missing: over all
 */
export function touchedRules(count: number, scope?: string): RuleDefinition[] {
  const files = shippedRules()
    .flatMap((name) => loadRules(join(PACKS, name)).map((rule) => ({ name, rule, of: rule.scope.join() })))
    .filter(({ rule, of }) => isTouched(rule) && (scope === undefined || of === scope))
    .toSorted((a, b) => (a.of < b.of ? -1 : 1));
  const shipped = files.map(({ rule }) => rule);
  if (count <= shipped.length) return shipped.filter((_rule, i) => isChosen(i, count / shipped.length));
  const folder = folderOfCopies(
    count - shipped.length,
    files.map(({ name }) => name),
  );
  try {
    return [...shipped, ...loadRules(folder)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function isTouched(rule: RuleDefinition): boolean {
  return kindOf(rule).family === 'timeline';
}

/** Evenly spread: the one at which another whole one is reached. */
function isChosen(index: number, share: number): boolean {
  return Math.floor((index + 1) * share + ROUNDING) > Math.floor(index * share + ROUNDING);
}

/** So many times a share is one, but for what a number cannot hold. */
const ROUNDING = 1e-9;

/** The number of a parameter, or those of its table, by so much more. */
function raise(parameter: YAMLMap, more: number): void {
  const plain = parameter.get('value');
  if (typeof plain === 'number') parameter.set('value', plain + more);
  const table = parameter.get('table');
  if (isSeq(table)) for (const row of table.items) if (isMap(row)) raise(row, more);
}
