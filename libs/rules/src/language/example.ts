import { z } from 'zod';
import { formHints } from './form-hints.js';
import { nameSchema } from './values.js';

const isoInstant = z.iso
  .datetime({ offset: true, error: '时刻须带时区，如 2026-03-02T09:00:00+08:00' })
  .register(formHints, { control: 'instant' });

/**
 * A record of an example: `type`, `id`, `at`, perhaps its `source` and `version` (0 without it, as for an import whose mapping
 * names none), and those fields of its contract that matter (required ones that are left out
 * are filled with neutral values). Instants may be written as ISO texts with zone.
 */
export const exampleRecordSchema = z
  .object({
    type: z.string(),
    id: z.string(),
    at: isoInstant,
    source: z.string().min(1).optional(),
    version: z.int().nonnegative().default(0),
  })
  .catchall(z.union([z.string(), z.number(), z.boolean(), z.null()]));
export type ExampleRecord = z.output<typeof exampleRecordSchema>;

/** What must come back; scopes that are not listed must not. What is left out is not compared, except `dueAt` (missing = null). */
export const expectationSchema = z.strictObject({
  scope: z.string(),
  hit: z.boolean(),
  occurredAt: isoInstant.optional(),
  dueAt: isoInstant.optional(),
  /** Record ids in order. */
  evidence: z.array(z.string()).optional(),
  figures: z.record(nameSchema, z.union([z.int(), z.string()])).optional(),
  /** A part of the explanation. */
  explanation: z.string().optional(),
});

/** Records → what the rule says of them at an instant. The examples of a rule are its tests. */
export const exampleSchema = z.strictObject({
  name: z.string().min(2),
  now: isoInstant,
  records: z.array(exampleRecordSchema).min(1).max(60),
  expect: z.array(expectationSchema).max(20),
});
export type RuleExample = z.output<typeof exampleSchema>;
