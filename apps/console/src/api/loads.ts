import { z } from 'zod';
import { instantMsSchema } from './primitives.js';

/** GET /api/loads — records that only make sense together, on their way: nothing is found in them before all have come */
export const loadSchema = z.object({
  id: z.string(),
  source: z.string(),
  sourceLabel: z.string(),
  feed: z.string(),
  /** How it is brought: uploaded, read for the first time … */
  kindLabel: z.string(),
  typeLabels: z.array(z.string()),
  /** `receiving`: more is to come; `waiting`: for another feed of its source; `landing`: on its way; `judging`. */
  state: z.enum(['receiving', 'waiting', 'landing', 'judging']),
  /** Machine time. */
  beganAtMs: instantMsSchema,
  /** Records of it that have been stored so far. */
  recordCount: z.int().nonnegative(),
  /** In Chinese, what is unusual and what to do; null while all is as it should be. */
  trouble: z.string().nullable(),
});
export type Load = z.infer<typeof loadSchema>;
export const LOAD_STATE_LABELS: Readonly<Record<Load['state'], string>> = {
  receiving: '正在接收',
  waiting: '已收完，等同一数据源的其他接口',
  landing: '已收完，正在入库',
  judging: '已入库，正在研判',
};

export const loadListSchema = z.object({ items: z.array(loadSchema) });
export type LoadList = z.infer<typeof loadListSchema>;
