import { z } from 'zod';
import { zhCN } from 'zod/locales';
import { sourceKinds, type sourceSchema } from './source-config.js';

const chinese = zhCN().localeError;

/** What a schema's own message leaves to the library: said as a person who writes YAML would understand it. */
export function wordsFor(issue: z.core.$ZodRawIssue): ReturnType<typeof chinese> {
  if (issue.code === 'invalid_type' && issue.input === undefined) return '缺少这一项';
  if (issue.code === 'invalid_type') return `应是${TYPE_NAMES[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value') return `只能是 ${issue.values.map(String).join('、')}`;
  if (issue.code === 'invalid_union' && issue.note === 'No matching discriminator') return `只能是 ${KINDS.join('、')}`;
  if (issue.code === 'unrecognized_keys') return `没有 ${issue.keys.join('、')} 这样的配置项`;
  return chinese(issue);
}

const KINDS = Object.keys(sourceKinds);
const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: '文字',
  number: '数字',
  int: '整数',
  boolean: 'true 或 false',
  object: '若干“名称: 值”',
  record: '若干“名称: 值”',
  array: '列表（每项以 - 开头，或写在 [ ] 里）',
};

/** Each mistake in a line: where, what, and which items there are, if one is unknown or missing. */
export function problemsOf(error: z.ZodError<z.output<typeof sourceSchema>>, input: unknown): string[] {
  return error.issues.map((issue) => {
    const place = placeOf(issue.path);
    const words = `${place}：${issue.message}`;
    const allowed = issue.code === 'unrecognized_keys' ? allowedAt(input, issue.path) : [];
    return allowed.length === 0 ? words : `${words}，可用的有：${allowed.join('、')}`;
  });
}

/** `feeds.0.rows` as people count: the first of a list is 1. */
function placeOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '文件';
  return path.map((part) => (typeof part === 'number' ? `第 ${part + 1} 个` : String(part))).join(' → ');
}

function allowedAt(input: unknown, path: readonly PropertyKey[]): string[] {
  const kind = z.object({ kind: z.enum(KINDS) }).safeParse(input);
  if (!kind.success) return [];
  let schema: unknown = sourceKinds[kind.data.kind as keyof typeof sourceKinds]; // one of its keys, as checked
  for (const part of path) {
    const outer = unwrapped(schema);
    if (outer instanceof z.ZodArray) schema = outer.element;
    else if (outer instanceof z.ZodRecord) schema = outer.valueType;
    else if (outer instanceof z.ZodObject) schema = outer.shape[String(part)];
    else return [];
  }
  const found = unwrapped(schema);
  return found instanceof z.ZodObject ? Object.keys(found.shape) : [];
}

function unwrapped(schema: unknown): unknown {
  return schema instanceof z.ZodDefault || schema instanceof z.ZodOptional ? unwrapped(schema.unwrap()) : schema;
}
