import { MAX_MAPPING_CHARS } from '@tianyan/contracts/limits';
import { z } from 'zod';
import { cellSchema, mendSchema, openColumnSchema } from './quarantine.js';
import { codeSchema, instantMsSchema, MAX_REASON_CHARS, pageOf, pageQueryShape, reasonSchema } from './primitives.js';

export const sourceStateSchema = z.enum(['healthy', 'late', 'waiting', 'failing', 'idle']);
export type SourceState = z.infer<typeof sourceStateSchema>;
export const SOURCE_STATE_LABELS: Readonly<Record<SourceState, string>> = {
  healthy: '正常',
  late: '滞后',
  waiting: '等待确认',
  failing: '出错',
  idle: '尚未运行',
};

export const sourceSummarySchema = z.object({
  id: z.string(),
  label: z.string(),
  systemLabel: z.string(),
  kind: z.enum(['http-pull', 'file-drop', 'webhook', 'upload']),
  kindLabel: z.string(),
  types: z.array(z.object({ type: z.string(), label: z.string() })),
  state: sourceStateSchema,
  /** How far the newest record lies behind the county's time; null before the first record. */
  lagMs: z.int().nonnegative().nullable(),
  lastRunAtMs: instantMsSchema.nullable(),
  lastRunOk: z.boolean().nullable(),
  /** In Chinese, what went wrong last and what to do. */
  lastError: z.string().nullable(),
  acceptedCount: z.int().nonnegative(),
  /** Came again with the same content. */
  repeatedCount: z.int().nonnegative(),
  /** Still waiting in quarantine. */
  quarantinedCount: z.int().nonnegative(),
});
export type SourceSummary = z.infer<typeof sourceSummarySchema>;

/** GET /api/sources */
export const sourceListSchema = z.object({ items: z.array(sourceSummarySchema) });
export type SourceList = z.infer<typeof sourceListSchema>;

/** A full list that lacks so many rows that nothing of it was deleted: a person says whether it is whole. */
export const heldListSchema = z.object({
  feed: z.string(),
  /** The file that waits; null for a list that is asked for again by itself. */
  fileName: z.string().nullable(),
  /** Rows that it lacks, of those that were known. */
  missing: z.int().positive(),
  known: z.int().positive(),
  /** Names the list in a decision. */
  heldAtMs: instantMsSchema,
  /** `delete`: deleted at the next reading; `discard`: was not whole. */
  decision: z.enum(['delete', 'discard']).nullable(),
  decidedBy: z.string().nullable(),
});
export type HeldList = z.infer<typeof heldListSchema>;

/** POST /api/sources/:id/held-lists/:feed */
export const heldListDecisionSchema = z.strictObject({
  decision: z.enum(['delete', 'discard'], '请选择“确认删除”或“不是完整名单”'),
  heldAtMs: instantMsSchema,
  reason: z.string().trim().min(2, '请写明理由').max(MAX_REASON_CHARS),
});
export type HeldListDecision = z.infer<typeof heldListDecisionSchema>;

/** GET /api/sources/:id */
export const sourceDetailSchema = sourceSummarySchema.extend({
  heldLists: z.array(heldListSchema),
  /** Frequent mistakes among the newest quarantined rows. */
  quarantineByField: z.array(z.object({ field: z.string().nullable(), reason: z.string(), count: z.int().nonnegative() })),
});
export type SourceDetail = z.infer<typeof sourceDetailSchema>;

export const quarantineStateSchema = z.enum(['waiting', 'replayed', 'discarded']);
export type QuarantineState = z.infer<typeof quarantineStateSchema>;
export const QUARANTINE_STATE_LABELS: Readonly<Record<QuarantineState, string>> = {
  waiting: '待处理',
  replayed: '已重放',
  discarded: '已作废',
};

/** GET /api/quarantine, newest first */
export const quarantineQuerySchema = z.object({
  source: codeSchema.optional(),
  type: codeSchema.optional(),
  state: quarantineStateSchema.optional(),
  /** Key of a group; see quarantineGroupSchema. */
  group: codeSchema.optional(),
  ...pageQueryShape,
});
export type QuarantineQuery = z.input<typeof quarantineQuerySchema>;

export const quarantineItemSchema = z.object({
  id: z.string(),
  source: z.string(),
  sourceLabel: z.string(),
  /** Null where the record could not even be recognised. */
  type: z.string().nullable(),
  typeLabel: z.string().nullable(),
  recordId: z.string().nullable(),
  field: z.string().nullable(),
  fieldLabel: z.string().nullable(),
  /** Names every problem, and quotes no cell. */
  reason: z.string(),
  state: quarantineStateSchema,
  groupKey: z.string(),
  quarantinedAtMs: instantMsSchema,
});
export type QuarantineItem = z.infer<typeof quarantineItemSchema>;
export const quarantineListSchema = pageOf(quarantineItemSchema);
export type QuarantineList = z.infer<typeof quarantineListSchema>;

/**
 * GET /api/quarantine/:id — entered in the audit log. The raw text is masked, and cut where it is very long; with
 * `unmask=true&reason=…` (as for evidence) it comes as it is, which is what a person who mends it must start from.
 */
export const quarantineDetailSchema = quarantineItemSchema.extend({
  raw: z.string(),
  rawTruncated: z.boolean(),
  masked: z.boolean(),
  /** What may be changed by hand, and what stands there; `whole`: the row could not be read and may be written anew. */
  columns: z.array(openColumnSchema.extend({ cell: cellSchema })),
  whole: z.boolean(),
  /** Why nothing may be changed; null if something may. */
  closed: z.string().nullable(),
  /** Who settled it, and the text that was published or the reason of a discard. */
  settledBy: z.string().nullable(),
  discardReason: z.string().nullable(),
  /** Its corrections, the newest first. */
  mends: z.array(mendSchema),
});
export type QuarantineDetail = z.infer<typeof quarantineDetailSchema>;

/** POST /api/quarantine/:id/replay — the source's own row once more, by the mapping as it is now */
export const replayResultSchema = z.object({
  accepted: z.boolean(),
  /** Why it still breaks its contract, in Chinese. */
  reason: z.string().nullable(),
  field: z.string().nullable(),
});
export type ReplayResult = z.infer<typeof replayResultSchema>;

/** POST /api/quarantine/:id/discard */
export const discardRequestSchema = z.strictObject({ reason: z.string().trim().min(2, '请写明作废理由').max(MAX_REASON_CHARS) });
export type DiscardRequest = z.infer<typeof discardRequestSchema>;

/** POST /api/quarantine/:id/reopen — takes a discard back */
export const reopenRequestSchema = z.strictObject({ reason: reasonSchema });
export type ReopenRequest = z.infer<typeof reopenRequestSchema>;

/** GET /api/uploads/mappings — the mappings that a file can be read with */
export const mappingListSchema = z.object({
  items: z.array(z.object({ id: z.string(), label: z.string(), typeLabel: z.string(), isList: z.boolean() })),
});
export type MappingList = z.infer<typeof mappingListSchema>;

/** POST /api/uploads, multipart: `file` and `mapping` (id of a known mapping) or `mappingText` (YAML) */
export const uploadRequestSchema = z.object({
  mapping: codeSchema.optional(),
  mappingText: z
    .string()
    .max(MAX_MAPPING_CHARS, `映射过长，最多 ${MAX_MAPPING_CHARS / 1024} K 字符`)
    .optional(),
  /** The file is the whole list: entries that it lacks are gone. Only of lists. A form has no other values than texts. */
  wholeList: z.enum(['true', 'false']).optional(),
});
export type UploadRequest = z.infer<typeof uploadRequestSchema>;
export const uploadResultSchema = z.object({
  fileName: z.string(),
  accepted: z.int().nonnegative(),
  repeated: z.int().nonnegative(),
  quarantined: z.int().nonnegative(),
  reasons: z.array(z.object({ reason: z.string(), count: z.int().nonnegative() })),
  /** What to know of records that were taken all the same. */
  notes: z.array(z.object({ reason: z.string(), count: z.int().nonnegative() })),
  /** Sheets of the workbook that have something in them and were not read. */
  unreadSheets: z.array(z.object({ name: z.string(), hidden: z.boolean() })),
  /** What to know of the file, in Chinese: columns that it lacks, rows that were skipped. */
  remarks: z.array(z.string()),
  /** Entries that the whole list lacks, where they are so many that nothing was deleted and an administrator has to decide; else 0. */
  held: z.int().nonnegative(),
});
export type UploadResult = z.infer<typeof uploadResultSchema>;
