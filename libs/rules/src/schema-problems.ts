import { z } from 'zod';
import { zhCN } from 'zod/locales';
import type { RuleProblem } from './compile/invalid-rule.js';

const chinese = zhCN().localeError;

/** What a schema's own message leaves to the library: said as a person who writes YAML would understand it. */
export function wordsFor(issue: z.core.$ZodRawIssue): ReturnType<typeof chinese> {
  if (issue.code === 'invalid_type' && issue.input === undefined) return '缺少这一项';
  if (issue.code === 'unrecognized_keys') return `没有这一项，请检查拼写和缩进${allowed(issue.inst)}`;
  if (issue.code === 'invalid_value')
    return `${issue.input === undefined ? '缺少这一项，' : ''}只能是 ${issue.values.map(String).join('、')}`;
  return chinese(issue);
}

/** Which items there are, where the schema that found an unknown one says so. */
function allowed(schema: unknown): string {
  return schema instanceof z.ZodObject ? `。可用的有：${Object.keys(schema.shape).join('、')}` : '';
}

type Issue = z.core.$ZodIssue;

/** Every problem with its path. Of an either-or, the problems of the alternative that was meant, where that can be told. */
export function problemsOf(error: z.ZodError): RuleProblem[] {
  return error.issues.flatMap((issue) => flattened(issue, []));
}

function flattened(issue: Issue, above: readonly PropertyKey[]): RuleProblem[] {
  const path = [...above, ...issue.path];
  const meant = issue.code === 'invalid_union' ? meantAlternative(issue.errors) : null;
  if (meant) return meant.flatMap((inner) => flattened(inner, path));
  // Each unknown item stands under its own path, so that it can be found in the file.
  const places = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
  return places.map((place) => ({ path: place.map(String).join('.'), message: issue.message }));
}

/**
 * An alternative was not meant when the value is of another type altogether, or lacks the word that tells it apart
 * (`look: backward`). One that is left over was meant.
 */
function meantAlternative(alternatives: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const possible = alternatives.filter(
    (issues) =>
      !issues.some((issue) => (issue.code === 'invalid_type' && issue.path.length === 0) || issue.code === 'invalid_value'),
  );
  const [only] = possible;
  return possible.length === 1 && only ? only : null;
}
