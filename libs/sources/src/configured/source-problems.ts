import { placeOf, plainIssues } from '@tianyan/contracts';
import type { z } from 'zod';

/** Each mistake in a line: where, what, and what may stand there. */
export function problemsOf(error: z.ZodError): string[] {
  return plainIssues(error).map(({ path, message }) => `${path.length === 0 ? '文件' : placeOf(path)}：${message}`);
}
