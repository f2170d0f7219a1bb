import { stringify } from 'yaml';
import type { z } from 'zod';
import { itemsOf, noteOf, refersTo, type Item, type ItemJson, type Section } from './sections.js';

/** The sections as Markdown: a heading, what it is, a whole example, a table of its items. */
export function sectionsText(sections: readonly Section[]): string {
  const titles = new Map(sections.map(({ note }) => [note.id, note.title]));
  return sections.map((section) => sectionText(section, titles)).join('\n\n');
}

/** By the id of a section. */
type Titles = ReadonlyMap<string, string>;

function sectionText(section: Section, titles: Titles): string {
  const { note, words } = section;
  const rows = [
    ...words.flatMap(wordRows),
    ...itemsOf(section).map((item) => row([code(item.name), meaningOf(item), choicesOf(item, titles), exampleOf(item)])),
  ];
  return [
    `### ${note.title}`,
    note.description,
    `\`\`\`yaml\n${stringify(note.examples[0], YAML_STYLE).trimEnd()}\n\`\`\``,
    ['| 项 | 意思 | 可以写什么 | 例 |', '|---|---|---|---|', ...rows].join('\n'),
  ].join('\n\n');
}

const YAML_STYLE = { lineWidth: 0, singleQuote: true } as const;

function wordRows(schema: z.ZodEnum): string[] {
  return Object.entries(noteOf(schema).meanings ?? {}).map(([word, meaning]) =>
    row([code(word), meaning, '直接写这个词', code(`- ${word}`)]),
  );
}

function meaningOf({ note: { description = '', meanings } }: Item): string {
  const words = Object.entries(meanings ?? {});
  if (words.length < 2) return description;
  return `${description}。${words.map(([word, meaning]) => `${code(word)}：${meaning}`).join('；')}`;
}

function choicesOf({ json, defs, required }: Item, titles: Titles): string {
  const given = json.default;
  const otherwise = given === undefined ? (required ? '；**必填**' : '') : `；默认 ${code(inline(given))}`;
  return kindOf(json, { titles, defs }) + otherwise;
}

function exampleOf({ name, note }: Item): string {
  const [example] = note.examples ?? [];
  return example === undefined ? '' : code(`${name}: ${inline(example)}`);
}

/** What a reference may lead to: a section of the page, or what only JSON Schema has given a name. */
interface Known {
  titles: Titles;
  defs: Item['defs'];
}

function kindOf(json: ItemJson, known: Known): string {
  if (json.$ref !== undefined) return referred(refersTo(json), known);
  if (json.anyOf) return [...new Set(json.anyOf.map((one) => kindOf(one, known)))].join('，或');
  if (Array.isArray(json.type)) return json.type.map((type) => kindOf({ type }, known)).join('，或');
  if (json.const !== undefined) return code(String(json.const));
  if (json.enum) return json.enum.map((word) => code(String(word))).join('、');
  switch (json.type) {
    case 'string':
      return `${json.title ?? '文字'}${lengthOf(json)}`;
    case 'integer':
    case 'number':
      return `${json.type === 'integer' ? '整数' : '数字'}${rangeOf(json)}`;
    case 'boolean':
      return '`true`、`false`';
    case 'null':
      return '`null`';
    case 'array':
      return `列表${json.maxItems === undefined ? '' : `，最多 ${json.maxItems} 项`}，每项为${kindOf(objectOf(json.items), known)}`;
    case 'object':
      return `若干“名称: 值”，值为${kindOf(objectOf(json.additionalProperties), known)}`;
    default:
      throw new TypeError(`no words for ${JSON.stringify(json)}`);
  }
}

/** Zod never makes a plain true or false of what may stand in a list or under a name. */
function objectOf(json: unknown): ItemJson {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new TypeError('a schema was expected');
  return json as ItemJson; // an object, as tested; only a schema stands there
}

function lengthOf({ minLength, maxLength }: ItemJson): string {
  if (minLength !== undefined && minLength === maxLength) return `，${minLength} 个字`;
  return maxLength === undefined ? '' : `，最多 ${maxLength} 字`;
}

function rangeOf({ minimum, maximum, exclusiveMinimum }: ItemJson): string {
  const from = typeof exclusiveMinimum === 'number' ? exclusiveMinimum + 1 : minimum;
  const to = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  const bounded = from !== undefined && from !== Number.MIN_SAFE_INTEGER;
  if (bounded && to !== undefined) return `，${from}～${to}`;
  return bounded ? `，至少 ${from}` : to === undefined ? '' : `，至多 ${to}`;
}

function referred(name: string, known: Known): string {
  const title = known.titles.get(name);
  if (title !== undefined) return `[${title}](#${anchorOf(title)})`;
  const json = known.defs[name];
  if (!json) throw new TypeError(`no section ${name}`);
  return kindOf(json, known);
}

/** As Git hosts make it from a heading. */
export function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

/** A value in one line of YAML. */
function inline(value: unknown): string {
  return stringify(value, { ...YAML_STYLE, collectionStyle: 'flow' }).trim();
}

export function code(text: string): string {
  return `\`${text}\``;
}

export function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
}
