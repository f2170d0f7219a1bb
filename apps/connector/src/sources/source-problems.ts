import { wordsFor } from '@tianyan/contracts';
import { z } from 'zod';
import { sourceKinds, type sourceSchema } from './source-config.js';

const KINDS = Object.keys(sourceKinds);

/** What a schema's own message leaves to the library: said as a person who writes YAML would understand it. */
export function wordsForSource(issue: z.core.$ZodRawIssue): ReturnType<typeof wordsFor> {
  if (issue.code === 'invalid_union' && issue.note === 'No matching discriminator') return `只能是 ${KINDS.join('、')}`;
  if (issue.code === 'unrecognized_keys') return `没有 ${issue.keys.join('、')} 这样的配置项`;
  return wordsFor(issue);
}

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
