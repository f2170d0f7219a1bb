import { z } from 'zod';
import { formHints } from './form-hints.js';
import { amountSchema } from './values.js';

/** Whoever waits longer for the books of a period than the next one takes wants to know something else. */
export const MAX_GRACE_DAYS = 366;

/**
 * How long after E, the end of a period, is waited for what comes late: `calendarDays: n` until 24:00 of the n-th day after the last day of the
 * period, `workingDays: n` until 24:00 of the n-th Chinese working day after it. Where the last day of the period, or that working day, lies outside of
 * the calendar, working days are counted as days: a record that is dated wrongly stops nobody.
 */
const graceSchema = z
  .strictObject({ workingDays: amountSchema.optional(), calendarDays: amountSchema.optional() })
  .refine(
    ({ workingDays, calendarDays }) => (workingDays === undefined) !== (calendarDays === undefined),
    '宽限须且只须写 workingDays、calendarDays 之一',
  )
  .register(formHints, { one: ['workingDays', 'calendarDays'] });
export type Grace = z.output<typeof graceSchema>;

/** When a scope that is a calendar period is decided: at any time, or once the period is over, and its grace (see {@link graceSchema}). */
export const closingShape = {
  decide: z.enum(['open', 'closed'], 'decide 应为 open（随时判断）或 closed（这一天、周、月过完才判断）').default('open'),
  grace: graceSchema.optional(),
};
export interface Closing {
  decide: 'open' | 'closed';
  grace?: Grace | undefined;
}
