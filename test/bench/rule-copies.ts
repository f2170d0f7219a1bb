import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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
 */
export function folderOfCopies(count: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'tianyan-bench-rules-'));
  const shipped = shippedRules();
  for (let i = 0; i < count; i++) {
    const name = shipped[i % shipped.length] ?? '';
    const document = parseDocument(readFileSync(join(PACKS, name), 'utf8'));
    const more = 1 + Math.floor(i / shipped.length);
    document.set('id', `${String(document.get('id'))}-${more}`);
    const parameters = document.get('parameters');
    if (isMap(parameters)) for (const { value } of parameters.items) if (isMap(value)) raise(value, more);
    writeFileSync(join(folder, `${i}.yaml`), document.toString());
  }
  return folder;
}

/** The number of a parameter, or those of its table, by so much more. */
function raise(parameter: YAMLMap, more: number): void {
  const plain = parameter.get('value');
  if (typeof plain === 'number') parameter.set('value', plain + more);
  const table = parameter.get('table');
  if (isSeq(table)) for (const row of table.items) if (isMap(row)) raise(row, more);
}
