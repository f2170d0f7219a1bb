import { MAX_PLAN_CHANGES, MAX_PLAN_VALUE_CHARS, MAX_ROW_CHARS } from '@tianyan/contracts/limits';
import { z } from 'zod';
import { codeSchema, instantMsSchema, reasonSchema } from './primitives.js';

export { MAX_PLAN_CHANGES, MAX_ROW_CHARS };

/** A column that gets another value: in every row, or where the cell holds `from` (null: where it is empty). `to` null empties it. */
export const changeSchema = z.strictObject({
  column: z.string().min(1).max(200),
  from: z.string().max(MAX_PLAN_VALUE_CHARS).nullable().optional(),
  to: z.string().max(MAX_PLAN_VALUE_CHARS).nullable(),
});
export type Change = z.infer<typeof changeSchema>;

const replayPlan = z.strictObject({ kind: z.literal('replay') });
const valuesPlan = z.strictObject({
  kind: z.literal('values'),
  changes: z
    .array(changeSchema)
    .min(1, '请写明要改正的内容')
    .max(MAX_PLAN_CHANGES, `一次最多改 ${MAX_PLAN_CHANGES} 种取值；更多的请改映射`),
});
const rowPlan = z.strictObject({ kind: z.literal('row'), raw: z.string().min(1).max(MAX_ROW_CHARS) });
const discardPlan = z.strictObject({ kind: z.literal('discard') });

/** What is to be done with all rows of a group. */
export const groupPlanSchema = z.discriminatedUnion('kind', [replayPlan, valuesPlan, discardPlan]);
export type GroupPlan = z.infer<typeof groupPlanSchema>;

export const mendStateSchema = z.enum(['proposed', 'running', 'done', 'rejected', 'withdrawn', 'cancelled']);
export type MendState = z.infer<typeof mendStateSchema>;
export const MEND_STATE_LABELS: Readonly<Record<MendState, string>> = {
  proposed: '待复核',
  running: '处理中',
  done: '已完成',
  rejected: '已退回',
  withdrawn: '已撤回',
  cancelled: '已停止',
};
export const MEND_KIND_LABELS = {
  replay: '按现在的映射重放',
  values: '改正取值后重放',
  row: '整行改写后重放',
  discard: '作废',
} as const;

/** What stands in a column; personal data covered unless asked for with a reason. */
export const cellSchema = z.object({ column: z.string(), text: z.string().nullable(), masked: z.boolean() });
export type Cell = z.infer<typeof cellSchema>;

/** How one row or a group is mended, from the proposal to the last row. */
export const mendSchema = z.object({
  id: z.string(),
  sourceLabel: z.string(),
  typeLabel: z.string().nullable(),
  /** One of the two is null. */
  itemId: z.string().nullable(),
  groupKey: z.string().nullable(),
  kind: z.enum(['replay', 'values', 'row', 'discard']),
  changes: z.array(
    z.object({
      column: z.string(),
      anyValue: z.boolean(),
      from: z.string().nullable(),
      to: z.string().nullable(),
      masked: z.boolean(),
    }),
  ),
  reason: z.string().nullable(),
  state: mendStateSchema,
  proposedBy: z.string(),
  proposedAtMs: instantMsSchema,
  decidedBy: z.string().nullable(),
  decidedAtMs: instantMsSchema.nullable(),
  decisionReason: z.string().nullable(),
  /** Rows that were meant, and what has become of those reached so far. */
  total: z.int().nonnegative(),
  accepted: z.int().nonnegative(),
  refused: z.int().nonnegative(),
  /** Why it ended before its end, or why the first refused row was. */
  note: z.string().nullable(),
  /** What the signed-in person may do now. */
  allowed: z.array(z.enum(['approve', 'reject', 'withdraw', 'cancel'])),
});
export type MendItem = z.infer<typeof mendSchema>;

/** GET /api/quarantine/mends — what waits or runs first, then the newest */
export const mendListSchema = z.object({ items: z.array(mendSchema) });
export type MendList = z.infer<typeof mendListSchema>;
export const mendQuerySchema = z.object({
  state: mendStateSchema.optional(),
  group: codeSchema.optional(),
  item: codeSchema.optional(),
});
export type MendQuery = z.input<typeof mendQuerySchema>;

/** Columns that may be changed by hand, with the fields that were refused because of them. */
export const openColumnSchema = z.object({ column: z.string(), fieldLabels: z.array(z.string()) });

/** Rows of one feed that broke in the same way. */
export const quarantineGroupSchema = z.object({
  key: z.string(),
  source: z.string(),
  sourceLabel: z.string(),
  feed: z.string(),
  typeLabel: z.string().nullable(),
  fieldLabels: z.array(z.string()),
  reason: z.string(),
  count: z.int().nonnegative(),
  firstSeenAtMs: instantMsSchema,
  lastSeenAtMs: instantMsSchema,
  /** The plan that waits or runs. */
  mend: mendSchema.nullable(),
});
export type QuarantineGroupItem = z.infer<typeof quarantineGroupSchema>;

/** GET /api/quarantine/groups — the largest first */
export const quarantineGroupListSchema = z.object({ items: z.array(quarantineGroupSchema) });
export type QuarantineGroupList = z.infer<typeof quarantineGroupListSchema>;
export const quarantineGroupQuerySchema = z.object({ source: codeSchema.optional() });

/** GET /api/quarantine/groups/:key */
export const quarantineGroupDetailSchema = quarantineGroupSchema.extend({
  /** What may be changed by hand; why nothing may, in `closed`. */
  columns: z.array(
    openColumnSchema.extend({ values: z.array(z.object({ text: z.string().nullable(), masked: z.boolean(), count: z.int() })) }),
  ),
  closed: z.string().nullable(),
  samples: z.array(z.object({ id: z.string(), recordId: z.string().nullable(), reason: z.string(), cells: z.array(cellSchema) })),
  /** Rows read for values and samples. */
  examined: z.int().nonnegative(),
  mends: z.array(mendSchema),
});
export type QuarantineGroupDetail = z.infer<typeof quarantineGroupDetailSchema>;

/** POST /api/quarantine/groups/:key/preview — what would become of the rows; changes nothing */
export const planPreviewRequestSchema = z.strictObject({ plan: groupPlanSchema });
export type PlanPreviewRequest = z.infer<typeof planPreviewRequestSchema>;
export const planPreviewSchema = z.object({
  total: z.int().nonnegative(),
  /** Rows that were tried; of very large groups not all. */
  examined: z.int().nonnegative(),
  accepted: z.int().nonnegative(),
  reasons: z.array(z.object({ reason: z.string(), count: z.int().nonnegative() })),
  samples: z.array(
    z.object({
      id: z.string(),
      recordId: z.string().nullable(),
      accepted: z.boolean(),
      reason: z.string().nullable(),
      before: z.array(cellSchema),
      after: z.array(cellSchema),
    }),
  ),
});
export type PlanPreview = z.infer<typeof planPreviewSchema>;

/** POST /api/quarantine/groups/:key/mends — values wait for a second person; the others run at once */
export const groupMendRequestSchema = z.strictObject({ plan: groupPlanSchema, reason: reasonSchema.optional() });
export type GroupMendRequest = z.infer<typeof groupMendRequestSchema>;

/** POST /api/quarantine/:id/corrections — waits for a second person */
export const correctionRequestSchema = z.strictObject({
  plan: z.discriminatedUnion('kind', [valuesPlan, rowPlan]),
  reason: reasonSchema,
});
export type CorrectionRequest = z.infer<typeof correctionRequestSchema>;

/** POST /api/quarantine/mends/:id/reject */
export const rejectRequestSchema = z.strictObject({ reason: reasonSchema });
export type RejectRequest = z.infer<typeof rejectRequestSchema>;

/** GET /api/quarantine/mends/:id — with `unmask=true&reason=…` the values as they are, which a reviewer must have seen; on record */
export const mendDetailSchema = mendSchema.extend({
  masked: z.boolean(),
  /** Original and proposed side by side: of a single row that row, of a group some of its rows. */
  samples: planPreviewSchema.shape.samples,
  /** Of a row written anew. */
  row: z.string().nullable(),
});
export type MendDetail = z.infer<typeof mendDetailSchema>;
