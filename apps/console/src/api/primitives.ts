import { FINDING_SEVERITIES } from '@tianyan/contracts/severities';
import { z } from 'zod';

/** An instant, whole milliseconds since 1970 UTC. */
export const instantMsSchema = z.int().nonnegative();
/** A China calendar day, `YYYY-MM-DD`. */
export const chinaDaySchema = z.iso.date();

/** Rows of one page: a screen holds about 20; more than 200 makes the answer slow and nobody reads it. */
export const MAX_PAGE_ITEMS = 200;
export const DEFAULT_PAGE_ITEMS = 50;
/** Longest text that a person may type into a filter, a reason or a name. */
export const MAX_FILTER_CHARS = 200;
export const MAX_REASON_CHARS = 2_000;
export const MAX_CODE_CHARS = 200;

/** Opaque position in a list: hand back what the last page gave, nothing else. */
const cursorSchema = z.string().min(1).max(1_000);

/** Query parameters of every paged list. */
export const pageQueryShape = {
  cursor: cursorSchema.optional(),
  limit: z.coerce.number<number | string>().int().min(1).max(MAX_PAGE_ITEMS).default(DEFAULT_PAGE_ITEMS),
};

export function pageOf<S extends z.ZodType>(item: S) {
  return z.object({ items: z.array(item), nextCursor: cursorSchema.nullable() });
}

/** Several coded values in one query parameter, separated by commas: `?status=open,dismissed`. */
export function csvOf<S extends z.ZodType<string, string>>(item: S) {
  return z
    .string()
    .max(2_000)
    .transform((text) => text.split(',').filter((part) => part !== ''))
    .pipe(z.array(item).max(100));
}

/** Instants in a query arrive as text. */
export const instantQuerySchema = z.coerce
  .number<number | string>()
  .int()
  .nonnegative()
  .max(Date.UTC(2200, 0, 1));

export const codeSchema = z.string().min(1).max(MAX_CODE_CHARS);
export const reasonSchema = z
  .string()
  .trim()
  .min(2, '请写明理由（至少两个字）')
  .max(MAX_REASON_CHARS, '理由过长，请精简到 2000 字以内');

/**
 * An instant of the database, in its own words (`pg_snapshot`: what is older has ended, what is younger has not begun, and what lies in between was under
 * way): hand back what an answer gave, nothing else.
 */
export const snapshotSchema = z
  .string()
  .max(10_000)
  .regex(/^[1-9]\d{0,17}:[1-9]\d{0,17}:(\d{1,18}(,\d{1,18})*)?$/, { abort: true })
  .refine((text) => {
    const [oldest = '', next = '', underWay = ''] = text.split(':');
    const between = underWay === '' ? [] : underWay.split(',').map(BigInt);
    const [from, before] = [BigInt(oldest), BigInt(next)];
    const isSorted = between.every((one, index) => index === 0 || (between[index - 1] ?? one) < one);
    return from <= before && isSorted && between.every((one) => one >= from && one < before);
  });

/** The one number of a chart's slice. */
export const countSchema = z.object({ key: z.string(), label: z.string(), count: z.int().nonnegative() });
export type Count = z.infer<typeof countSchema>;

/** Every failure is answered so; `message` is shown to the person as it is. */
export const problemSchema = z.object({
  code: z.enum([
    'invalid',
    'unauthenticated',
    'forbidden',
    'not-found',
    'conflict',
    'too-many',
    'too-large',
    'password-change-required',
    'second-factor-required',
    'unavailable',
    'internal',
  ]),
  message: z.string(),
  /** Which field was wrong, where one was. */
  field: z.string().optional(),
  /** Names the entry in the log, for the administrator. */
  requestId: z.string().optional(),
});
export type Problem = z.infer<typeof problemSchema>;

/** An answer without content beyond "done". */
export const doneSchema = z.object({ done: z.literal(true) });
export type Done = z.infer<typeof doneSchema>;

/** How serious, as the rule says. */
export const severitySchema = z.enum(['low', 'medium', 'high']);
export type Severity = z.infer<typeof severitySchema>;
export const SEVERITY_LABELS: Readonly<Record<Severity, string>> = FINDING_SEVERITIES;
