import { z } from 'zod';
import { zhCN } from 'zod/locales';

const chinese = zhCN().localeError;

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: '文字',
  number: '数字',
  int: '整数',
  boolean: 'true 或 false',
  object: '若干“名称: 值”',
  record: '若干“名称: 值”',
  array: '列表（每项以 - 开头，或写在 [ ] 里）',
};

/** What a schema's own message leaves to the library: said as a person who writes YAML would understand it. */
export function wordsFor(issue: z.core.$ZodRawIssue): ReturnType<typeof chinese> {
  if (issue.code === 'invalid_type' && issue.input === undefined) return '缺少这一项';
  if (issue.code === 'invalid_type') return `应是${TYPE_NAMES[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value') return `只能是 ${issue.values.map(String).join('、')}`;
  if (issue.code === 'unrecognized_keys') return `没有 ${issue.keys.join('、')} 这样的项，请检查拼写和缩进`;
  if (issue.code === 'too_small' && (issue.origin === 'array' || issue.origin === 'string')) return '不能是空的';
  if (issue.code === 'too_small') return `过小，最小 ${issue.minimum}`;
  if (issue.code === 'too_big')
    return issue.origin === 'string' ? `过长，最多 ${issue.maximum} 个字` : `过大或过多，最多 ${issue.maximum}`;
  if (issue.code === 'invalid_union') return '写法不对';
  return chinese(issue);
}

type Issue = z.core.$ZodIssue;

/** Every mistake, of an either-or that of the alternative that was meant, where that can be told. */
export function plainIssues(error: z.ZodError): Issue[] {
  return error.issues.flatMap((issue) => flattened(issue, []));
}

function flattened(issue: Issue, above: readonly PropertyKey[]): Issue[] {
  const path = [...above, ...issue.path];
  const meant = issue.code === 'invalid_union' ? meantAlternative(issue.errors) : null;
  return meant ? meant.flatMap((inner) => flattened(inner, path)) : [{ ...issue, path }];
}

/** An alternative was not meant when the value is of another type altogether; of those left the one with the fewest mistakes was. */
function meantAlternative(alternatives: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const possible = alternatives.filter(
    (issues) => !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  );
  return possible.toSorted((a, b) => a.length - b.length)[0] ?? null;
}

/** `records.0.fields.title` as people count: the first of a list is 1. */
export function placeOf(path: readonly PropertyKey[]): string {
  return path.map((part) => (typeof part === 'number' ? `第 ${part + 1} 个` : String(part))).join(' → ');
}
