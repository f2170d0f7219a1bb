import { itemsOf, meantAlternative, withoutSizes, wordsFor as plainWords } from '@tianyan/contracts';
import type { z } from 'zod';
import type { RuleProblem } from './compile/invalid-rule.js';

/** What a schema's own message leaves to the library: said as a person who writes YAML would understand it. */
export function wordsFor(issue: z.core.$ZodRawIssue): string {
  if (issue.code === 'unrecognized_keys') return `没有这一项，请检查拼写和缩进${itemsOf(issue.inst)}`;
  return plainWords(issue);
}

type Issue = z.core.$ZodIssue;

/** Every problem with its path. Of an either-or, the problems of the alternative that was meant, where that can be told. */
export function problemsOf(error: z.ZodError): RuleProblem[] {
  return withoutSizes(error.issues.flatMap((issue) => flattened(issue, []))).map(({ path, message }) => ({
    path: path.map(String).join('.'),
    message,
  }));
}

function flattened(issue: Issue, above: readonly PropertyKey[]): Issue[] {
  const path = [...above, ...issue.path];
  const meant = issue.code === 'invalid_union' ? meantAlternative(issue.errors) : null;
  if (meant) return meant.flatMap((inner) => flattened(inner, path));
  // Each unknown item stands under its own path, so that it can be found in the file.
  const places = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
  return places.map((place) => ({ ...issue, path: place }));
}
