import { z } from 'zod';

/** A name has to fit into a menu, a filter into an address. */
export const MAX_VIEW_NAME_CHARS = 30;
const MAX_VIEW_QUERY_CHARS = 2_000;

/** POST /api/views: keeps a filter of the list of findings; one of the same name is replaced. */
export const saveViewRequestSchema = z.strictObject({
  name: z.string().trim().min(1, '请写一个名称').max(MAX_VIEW_NAME_CHARS, `名称最多 ${MAX_VIEW_NAME_CHARS} 个字`),
  query: z.string().max(MAX_VIEW_QUERY_CHARS, '筛选条件太多，请减少几个'),
});
export type SaveViewRequest = z.infer<typeof saveViewRequestSchema>;

/** GET /api/views: one's own, by name; the answer to what changes them, too. */
export const savedViewListSchema = z.object({
  items: z.array(z.object({ id: z.string(), name: z.string(), query: z.string() })),
});
export type SavedViewList = z.infer<typeof savedViewListSchema>;
