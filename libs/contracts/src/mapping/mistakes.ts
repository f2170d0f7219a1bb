import type { z } from 'zod';
import { placeOf, plainIssues } from '../schema-words.js';

/** Each mistake of a mapping in a line: where, what, and what may stand there. */
export function mappingMistakes(error: z.ZodError): string[] {
  return plainIssues(error).map(({ path, message, code }) => {
    const place = path.length === 0 ? '整个映射' : placeOf(path);
    return `  ${place}：${message}${formsAt(path, code, message)}`;
  });
}

const CONDITION_FORMS =
  '。条件写成 { from: 列名, is: 值 }、{ from: 列名, present: true } 等，可用的有：from、is、in、present、startsWith、contains、all、any、not';
const STEP_FORMS =
  '。文字处理写成 lower、upper、squeeze、collapse、half-width，或 { first: 字数 }、{ last: 字数 }、{ before: 文字 }、{ after: 文字 }';
const VALUE_FORMS =
  '。取值写成列名，或 { from: 列名, … }、{ value: 固定值 }、{ join: [列名, …] } 等，见 docs/mapping-reference.md';

/** Of what fits none of several forms: which forms there are. */
function formsAt(path: readonly PropertyKey[], code: z.core.$ZodIssue['code'], message: string): string {
  const isNone = code === 'invalid_union' || (code === 'unrecognized_keys' && !message.includes('可用的有'));
  if (!isNone) return '';
  if (path.at(-2) === 'text') return STEP_FORMS;
  return path.includes('when') || path.includes('skip') ? CONDITION_FORMS : VALUE_FORMS;
}
