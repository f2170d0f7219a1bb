import type { z } from 'zod';
import { placeOf, plainIssues } from '../schema-words.js';
import { fileSchema, mappingSchema, recordSchema } from './document.js';
import { VALUE_KEYS } from './value-spec.js';

/** Each mistake of a mapping in a line: where, what, and which items there are, if one is unknown or in the wrong place. */
export function mappingMistakes(error: z.ZodError): string[] {
  return plainIssues(error).map((issue) => {
    const { path, message, code } = issue;
    const place = path.length === 0 ? '整个映射' : placeOf(path);
    const known = code === 'unrecognized_keys' ? itemsAt(path) : [];
    return `  ${place}：${message}${known.length === 0 ? '' : `。可用的有：${known.join('、')}`}${hint(path, code)}`;
  });
}

function itemsAt(path: readonly PropertyKey[]): readonly string[] {
  const [top, , member] = path;
  if (top === undefined) return Object.keys(mappingSchema.shape);
  if (top === 'file') return Object.keys(fileSchema.shape);
  if (top !== 'records') return [];
  if (member === undefined) return Object.keys(recordSchema.shape);
  if (member === 'when') return CONDITION_KEYS;
  return VALUE_KEYS;
}

const CONDITION_KEYS = ['from', 'is', 'in', 'present', 'startsWith', 'contains', 'all', 'any', 'not'];

/** A value that fits none of its forms: which forms there are. */
function hint(path: readonly PropertyKey[], code: z.core.$ZodIssue['code']): string {
  if (code !== 'invalid_union') return '';
  return path.includes('when') || path.includes('skip')
    ? '。条件写成 { from: 列名, is: 值 } 等'
    : '。取值写成列名，或 { from: 列名, … }、{ value: 固定值 }、{ join: [列名, …] } 等，见 docs/mapping-reference.md';
}
