import { z } from 'zod';

/** What a schema expects, as a person who writes YAML would say it. */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: '文字',
  number: '数字',
  int: '整数',
  boolean: ' true 或 false',
  null: '空着',
  object: '若干“名称: 值”',
  record: '若干“名称: 值”',
  array: '列表（每项以 - 开头，或写在 [ ] 里）',
};

/**
 * What a schema's own message leaves to the library: said as a person who writes YAML would understand it, with what may stand
 * there. What does stand there is named by its kind only: it may be a secret.
 */
export function wordsFor(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeWords(issue.inst instanceof z.ZodNumberFormat ? 'int' : issue.expected, issue.input, issue.inst);
    case 'invalid_value':
      return `${issue.input === undefined ? '缺少这一项，' : ''}只能是 ${issue.values.map(String).join('、')}`;
    case 'unrecognized_keys':
      return `${unknownWords(issue.keys)}${itemsOf(issue.inst)}`;
    case 'too_small':
    case 'too_big':
      return sizeWords(issue);
    case 'invalid_format':
      return `写法不对${FORMAT_EXAMPLES[issue.format] ?? ''}`;
    case 'invalid_key':
      return issue.issues.map(({ message }) => message).join('；');
    case 'invalid_union':
      return unionWords(issue);
    default:
      return '写法不对';
  }
}

function unknownWords(keys: readonly string[]): string {
  return `没有 ${keys.join('、')} 这样的项，请检查拼写和缩进`;
}

const FORMAT_EXAMPLES: Readonly<Record<string, string>> = {
  date: '，应是存在的日期，如 2026-03-02',
  datetime: '，应是带时区的时刻，如 2026-03-02T09:00:00+08:00',
  url: '，应是完整的网址',
};

function typeWords(expected: string, input: unknown, schema: unknown): string {
  const wanted = `应是${TYPE_NAMES[expected] ?? '别的内容'}`;
  if (input === undefined) return `缺少这一项，${wanted}${itemsOf(schema)}`;
  if (input === null) return `${wanted}，这里是空的${itemsOf(schema)}`;
  // `region: 320921` and `name: yes` look like texts to those who write them.
  if (expected === 'string' && (typeof input === 'number' || typeof input === 'boolean'))
    return `${wanted}，这里是${kindOf(input)}：请加引号`;
  return `${wanted}，这里是${kindOf(input)}${itemsOf(schema)}`;
}

/** Which items there are, where the schema says so. */
export function itemsOf(schema: unknown): string {
  return schema instanceof z.ZodObject ? `。可用的有：${Object.keys(schema.shape).join('、')}` : '';
}

function kindOf(input: unknown): string {
  if (Array.isArray(input)) return '列表';
  if (typeof input === 'number') return Number.isInteger(input) ? '数字' : '小数';
  return TYPE_NAMES[typeof input] ?? '别的内容';
}

type Sized = z.core.$ZodRawIssue<z.core.$ZodIssueTooBig> | z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall>;

const UNITS: Readonly<Record<string, string>> = { string: '个字', array: '项' };

function sizeWords(issue: Sized): string {
  const small = issue.code === 'too_small';
  const bound = small ? issue.minimum : issue.maximum;
  const unit = UNITS[issue.origin];
  if (unit === undefined) {
    if (issue.inclusive === false) return small ? `应大于 ${bound}` : `应小于 ${bound}`;
    return small ? `过小，应不小于 ${bound}` : `过大，应不超过 ${bound}`;
  }
  const length = (issue.input as { length: number }).length; // a text or a list, as its origin says
  if (small && length === 0) return `不能是空的，至少 ${bound} ${unit}`;
  const limit = issue.exact ? `应是 ${bound} ${unit}` : `${small ? '至少' : '最多'} ${bound} ${unit}`;
  return `${small ? '过少' : '过多'}，${limit}，这里有 ${length} ${unit}`;
}

/** Of an either-or without words of its own: the kinds that are taken, where all of them are refused by their kind. */
function unionWords(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string {
  const options = 'options' in issue ? issue.options : undefined;
  if (Array.isArray(options))
    return `${discriminatorIsMissing(issue) ? '缺少这一项，' : ''}只能是 ${options.map(String).join('、')}`;
  const kinds = issue.errors.map(kindsWanted);
  if (kinds.length === 0 || kinds.some((some) => some.length === 0)) return '写法不对';
  const wanted = [...new Set(kinds.flat().map((kind) => TYPE_NAMES[kind]?.trim() ?? '别的内容'))];
  return `${issue.input === undefined ? '缺少这一项，' : ''}应是${wanted.join('、')}之一`;
}

function discriminatorIsMissing({ input, discriminator }: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): boolean {
  return typeof input === 'object' && input !== null && typeof discriminator === 'string' && !Object.hasOwn(input, discriminator);
}

/** The kinds that an alternative takes, where it refuses the value by its kind. */
function kindsWanted(issues: readonly Issue[]): string[] {
  return issues.flatMap((issue) => {
    if (issue.path.length > 0) return [];
    if (issue.code === 'invalid_type') return [issue.expected];
    const inner = issue.code === 'invalid_union' ? issue.errors.map(kindsWanted) : [];
    return inner.every((kinds) => kinds.length > 0) ? inner.flat() : [];
  });
}

type Issue = z.core.$ZodIssue;

/** Every mistake, of an either-or that of the alternative that was meant, where that can be told. */
export function plainIssues(error: z.ZodError): Issue[] {
  return withoutSizes(error.issues.flatMap((issue) => flattened(issue, [])));
}

/** What is of another kind is measured all the same: of a list where a text should be, how many items it has is no mistake. */
export function withoutSizes(issues: readonly Issue[]): Issue[] {
  const place = ({ path }: Issue): string => path.map(String).join('.');
  const ofAnotherKind = new Set(issues.filter(({ code }) => code === 'invalid_type').map(place));
  return issues.filter((issue) => (issue.code !== 'too_small' && issue.code !== 'too_big') || !ofAnotherKind.has(place(issue)));
}

function flattened(issue: Issue, above: readonly PropertyKey[]): Issue[] {
  const path = [...above, ...issue.path];
  const meant = issue.code === 'invalid_union' ? (meantAlternative(issue.errors) ?? unknownToAll(issue.errors)) : null;
  return meant ? meant.flatMap((inner) => flattened(inner, path)) : [{ ...issue, path }];
}

/**
 * The mistakes of the alternative that was meant; null where that cannot be told. One was not meant when the value is of another
 * kind altogether, or lacks the word that tells it apart (`look: backward`); of those left the one that knows most of the items was.
 */
export function meantAlternative(alternatives: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const possible = alternatives.filter((issues) => !(kindsWanted(issues).length > 0 || issues.some(isAnotherWord)));
  if (possible.length === 0) return wordThatTellsApart(alternatives);
  // Neither did one that takes none but some words, where there are others that take what is no word.
  const open = possible.filter((issues) => !issues.some(({ code, path }) => code === 'invalid_value' && path.length === 0));
  const [best, next] = (open.length > 0 ? open : possible).toSorted((a, b) => unknownItems(a) - unknownItems(b));
  return best && (!next || unknownItems(best) < unknownItems(next)) ? best : null;
}

function isAnotherWord(issue: Issue): issue is z.core.$ZodIssueInvalidValue {
  return issue.code === 'invalid_value' && issue.values.length === 1 && issue.path.length === 1;
}

/** All alternatives are told apart by one item, and none knows the word that stands there: these words there are. */
function wordThatTellsApart(alternatives: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const words = alternatives.flatMap((issues) => issues.filter(isAnotherWord));
  const [first] = words;
  const places = new Set(words.map(({ path }) => path.join('.')));
  if (!first || places.size > 1 || words.length < alternatives.length) return null;
  const values = words.flatMap((word) => word.values);
  return [{ ...first, values, message: `只能是 ${values.map(String).join('、')}` }];
}

function unknownItems(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 0), 0);
}

/** Where the one that was meant cannot be told: an item that none of them knows. */
function unknownToAll([first, ...others]: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const unknown = (issues: readonly Issue[] = []) =>
    issues.flatMap((issue) => (issue.code === 'unrecognized_keys' && issue.path.length === 0 ? [issue] : []));
  const keys = unknown(first)
    .flatMap((issue) => issue.keys)
    .filter((key) => others.every((issues) => unknown(issues).some((issue) => issue.keys.includes(key))));
  const [issue] = unknown(first);
  return issue && keys.length > 0 ? [{ ...issue, keys, message: unknownWords(keys) }] : null;
}

/** `records.0.fields.title` as people count: the first of a list is 1. */
export function placeOf(path: readonly PropertyKey[]): string {
  return path.map((part) => (typeof part === 'number' ? `第 ${part + 1} 个` : String(part))).join(' → ');
}
