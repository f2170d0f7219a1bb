import { z } from 'zod';

/** Judged more often, a rule that reads whole tables would keep the database busy with itself. */
const MIN_EVERY_MINUTES = 5;
const MAX_EVERY_MINUTES = 1_440;

/** How often a rule that is judged whole is judged. */
export const everyMinutesSchema = z
  .int()
  .min(MIN_EVERY_MINUTES, `至少 ${MIN_EVERY_MINUTES} 分钟`)
  .max(MAX_EVERY_MINUTES, `最多 ${MAX_EVERY_MINUTES} 分钟`);
