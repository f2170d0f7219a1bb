import { z } from 'zod';
import { instantMsSchema, reasonSchema } from './primitives.js';

/** Rows of one file: more is no ledger that somebody has filled in by hand. */
export const MAX_LEDGER_IMPORT_ROWS = 1_000;

/** POST /api/rectification-imports, multipart: `file`, and why; nothing is changed by it. */
export const ledgerImportRequestSchema = z.strictObject({ reason: reasonSchema });
export type LedgerImportRequest = z.infer<typeof ledgerImportRequestSchema>;

/** `waiting`: would be changed; `done`: was changed by this file. */
export const ledgerRowStateSchema = z.enum(['waiting', 'done', 'refused']);
export type LedgerRowState = z.infer<typeof ledgerRowStateSchema>;
export const LEDGER_ROW_STATE_LABELS: Readonly<Record<LedgerRowState, string>> = {
  waiting: '将修改',
  done: '已修改',
  refused: '不受理',
};

export const ledgerImportRowSchema = z.object({
  /** As the sheet counts them. */
  rowNumber: z.int().positive(),
  itemId: z.string(),
  changes: z.array(z.object({ label: z.string(), from: z.string(), to: z.string() })),
  state: ledgerRowStateSchema,
  /** Why it is refused. */
  message: z.string().nullable(),
});
export type LedgerImportRow = z.infer<typeof ledgerImportRowSchema>;

/** What a file asks for, line by line, and how far it is; lines without a change are left out. */
export const ledgerImportSchema = z.object({
  id: z.string(),
  fileName: z.string(),
  reason: z.string(),
  cancelled: z.boolean(),
  /** County time. */
  madeAtMs: instantMsSchema,
  rows: z.array(ledgerImportRowSchema),
});
export type LedgerImport = z.infer<typeof ledgerImportSchema>;
