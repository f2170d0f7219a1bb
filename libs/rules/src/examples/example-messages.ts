import { z } from 'zod';

/** What the process is told that tries the examples of one rule. */
export const examplesAskedSchema = z.object({
  yaml: z.string(),
  /** For its tables: made by whoever asks, who also takes it away. */
  directory: z.string(),
  holidays: z.array(
    z.object({
      year: z.int(),
      notice: z.string(),
      document: z.string(),
      changedBy: z.array(z.object({ notice: z.string(), document: z.string() })),
      off: z.array(z.string()),
      work: z.array(z.string()),
    }),
  ),
});
export type ExamplesAsked = z.output<typeof examplesAskedSchema>;

/** What it answers. */
export const checkedExamplesSchema = z.array(z.object({ name: z.string(), differences: z.array(z.string()) }));
