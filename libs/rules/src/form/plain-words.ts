import type { RuleProblem } from '../compile/invalid-rule.js';
import { ALL_KINDS } from '../kinds/index.js';
import type { DraftNames } from './draft-names.js';
import { labelOf, labelOfValue } from './labels.js';

/** A name of the language, of a rule or of a record type, as messages cite it. */
const NAME = /[A-Za-z][A-Za-z0-9]*(?:[.-][A-Za-z0-9]+)*/g;
/** What could stand there instead: the form offers it in its lists. */
const OFFERS = /[，。；]?(?:可用的[^：，。；]*|[a-z]+ ?里有|只有|现有|它的列)：[^：]*$/u;
const SCALARS: Readonly<Record<string, string>> = { true: '是', false: '否', null: '空' };
/** Below these parts stand names of fields. */
const HOLDERS_OF_FIELDS: ReadonlySet<string> = new Set(['where', 'when', 'on', 'records', 'scope']);

/** What is wrong, for whoever fills in the form: what the text calls by names is called as the form calls it. */
export function plainWords({ path, message, plain }: RuleProblem, names: DraftNames): string {
  // Whoever writes a query reads the names of its columns.
  if (plain !== undefined || path === 'query' || path.startsWith('第')) return plain ?? message;
  const key = lastNameOf(path);
  const said = message.replace(OFFERS, '') || message;
  return said
    .replaceAll(NAME, (name, offset: number) => {
      const word = wordFor(name, { key, isField: said.slice(0, offset).endsWith('字段 ') }, names);
      return word === undefined ? name : `“${word}”`;
    })
    .replaceAll(/([^“”（），。；：、\s]+)（“\1”）/g, '“$1”')
    .replaceAll(/“([^”]*)”（“?([^（）“”]*)”?）/g, (whole, word: string, again: string) =>
      word.includes(again) ? `“${word}”` : whole,
    )
    .replaceAll(/(?<=[\p{Script=Han}，：、（]) +(?=“)|(?<=”) +(?=[\p{Script=Han}，：、）])/gu, '');
}

function wordFor(name: string, { key, isField }: { key: string; isField: boolean }, names: DraftNames): string | undefined {
  if (key === 'kind') return ALL_KINDS.find(({ kind }) => kind === name)?.label ?? labelled(name, key);
  const [input = '', field] = name.split('.');
  const ofInput = field === undefined || names.input(input) === undefined ? undefined : names.field(field);
  const own = names.type(name) ?? ofInput ?? names.input(name) ?? names.parameter(name) ?? SCALARS[name];
  if (own !== undefined) return own;
  return isField || names.isScopePart(name)
    ? (names.field(name) ?? labelled(name, key))
    : (labelled(name, key) ?? names.field(name));
}

/** A value of the part, or a part. */
function labelled(name: string, key: string): string | undefined {
  const value = labelOfValue(key, name);
  if (value !== name) return value;
  const part = labelOf(name);
  return part === name ? undefined : part;
}

function lastNameOf(path: string): string {
  return path.split('.').findLast((key) => !isNumber(key)) ?? '';
}

function isNumber(key: string): boolean {
  return /^\d+$/.test(key);
}

/** Where it is, as the form calls the places: “看哪些记录 › 退回 › 条件 › 动作”. */
export function placeInWords(path: string, names: DraftNames): string {
  if (path === '') return '全文';
  // A fault of its form, which names its line.
  if (path.startsWith('第')) return path;
  const words: string[] = [];
  const keys = path.split('.');
  for (const [i, key] of keys.entries()) {
    if (!isNumber(key)) words.push(keyInWords(key, keys.slice(0, i), names));
    // As people count.
    else words.push(`${words.pop() ?? ''} ${Number(key) + 1}`.trim());
  }
  return words.join(' › ');
}

function keyInWords(key: string, above: readonly string[], names: DraftNames): string {
  const [part] = above;
  if (part === undefined) return OF_RULES[key] ?? labelOf(key);
  const holder = above.findLast((one) => !isNumber(one)) ?? '';
  if (above.length === 1) {
    if (part === 'inputs' || part === 'roles') return names.input(key) ?? '已去掉的记录';
    if (part === 'parameters') return names.parameter(key) ?? key;
    if (part === 'subjects' || part === 'figures') return names.reference(part, key) ?? key;
  }
  if (HOLDERS_OF_FIELDS.has(holder) && !OF_RECORDS.has(`${holder}.${key}`)) return names.field(key) ?? labelOf(key);
  return labelOf(key);
}

/** Parts of a rule whose names mean another thing in an example. */
const OF_RULES: Readonly<Record<string, string>> = { explanation: '说明文字', figures: '说明字段' };

/** What each record of an example has, that is no field. */
const OF_RECORDS: ReadonlySet<string> = new Set(['type', 'id', 'at', 'source', 'version'].map((key) => `records.${key}`));
