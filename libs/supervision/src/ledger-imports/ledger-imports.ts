import type { Cover, Reach } from '@tianyan/access';
import { RefusedError, type Clock, type EpochMs, type IdSource } from '@tianyan/kernel';
import { execute, inTransaction, maybeRow, row, rows, type ClientBase, type Pool, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';
import { rectificationStepRequestSchema, type RectificationStepRequest } from '../api/index.js';
import type { Rectifications } from '../rectifications/rectifications.js';
import type { StepRecord } from '../sent-before.js';
import type { Taker } from '../step-history.js';

/** What a row changes, for people. */
const changeSchema = z.strictObject({ label: z.string(), from: z.string(), to: z.string() });
export type LedgerChange = z.infer<typeof changeSchema>;

/** A row that was read and compared with the ledger. */
export interface ReadLedgerRow {
  rowNumber: number;
  itemId: string;
  revision: number;
  steps: readonly RectificationStepRequest[];
  changes: readonly LedgerChange[];
  /** Why it cannot be taken; null: it waits to be applied. */
  refusal: string | null;
}

const rowSchema = z
  .object({
    row_number: z.int(),
    item_id: z.string(),
    revision: z.int(),
    steps: z.array(rectificationStepRequestSchema),
    changes: z.array(changeSchema),
    state: z.enum(['waiting', 'done', 'refused']),
    message: z.string().nullable(),
  })
  .transform(({ row_number: rowNumber, item_id: itemId, ...row }) => ({ rowNumber, itemId, ...row }));
export type LedgerImportRow = z.output<typeof rowSchema>;

const importSchema = z
  .object({
    id: z.string(),
    sha256: z.string(),
    file_name: z.string(),
    reason: z.string(),
    cancelled: z.boolean(),
    made_at_ms: z.int(),
  })
  .transform(({ file_name: fileName, made_at_ms: madeAtMs, ...row }) => ({ fileName, madeAtMs, ...row }));

/** A ledger that came back filled in by hand. */
export interface LedgerImport {
  id: string;
  sha256: string;
  fileName: string;
  reason: string;
  cancelled: boolean;
  madeAtMs: EpochMs;
  rows: readonly LedgerImportRow[];
}

export const NO_IMPORT = '没有这次导入，可能链接有误，请重新上传表格。';

/**
 * Ledgers of rectifications that come back (台账导入): read and compared first, then each row by steps of its item, all of a row or none. What became
 * of a row is written in the transaction of its steps, so that whatever breaks off goes on where it stood.
 */
export class LedgerImports {
  constructor(
    private readonly parts: {
      pool: Pool;
      ids: IdSource;
      countyClock: Clock;
      rectifications: Pick<Rectifications, 'takeWithin'>;
    },
  ) {}

  /** Throws RefusedError('not-found'), also for another person's. */
  async get(userId: string, id: string): Promise<LedgerImport> {
    const found = await this.found(this.parts.pool, 'user_id = $1 AND id = $2', [userId, id]);
    if (!found) throw new RefusedError('not-found', NO_IMPORT);
    return found;
  }

  /** Keeps what was read. Of the same file before, what was done stays done; all else is as it was read now. */
  async keep(
    userId: string,
    file: { sha256: string; fileName: string; reason: string },
    read: readonly ReadLedgerRow[],
  ): Promise<LedgerImport> {
    return inTransaction(this.parts.pool, async (client) => {
      const { id } = await row(
        client,
        z.object({ id: z.string() }),
        `INSERT INTO supervision_ledger_import (id, sha256, file_name, user_id, reason, made_at_ms) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (user_id, sha256) DO UPDATE SET reason = excluded.reason, cancelled = false RETURNING id`,
        [this.parts.ids.next(), file.sha256, file.fileName, userId, file.reason, this.parts.countyClock.nowMs()],
      );
      await execute(client, `DELETE FROM supervision_ledger_import_row WHERE import_id = $1 AND state <> 'done'`, [id]);
      for (const one of read) await insertRow(client, id, one);
      const found = await this.found(client, 'user_id = $1 AND id = $2', [userId, id]);
      if (!found) throw new Error(`import ${id} is not there`);
      return found;
    });
  }

  /**
   * The steps of one row, if it waits. Throws what refuses them, and then nothing of the row is done.
   * @param by.covers what must not be read by the unit
   * @param by.record puts each step on record, in the same transaction
   */
  async apply(
    by: { reach: Reach; taker: Taker; covers: readonly Cover[]; record: StepRecord },
    of: { importId: string; rowNumber: number },
  ): Promise<void> {
    await inTransaction(this.parts.pool, async (client) => {
      const waiting = await lockRow(client, by.taker.id, of);
      if (waiting?.state !== 'waiting') return;
      for (const [index, request] of waiting.steps.entries()) {
        const asked = { id: waiting.itemId, revision: waiting.revision + index, request };
        await this.parts.rectifications.takeWithin(client, by, asked);
      }
      await settle(client, of, { state: 'done', message: null });
    });
  }

  /** That a row cannot be taken; one that was done meanwhile stays so. */
  async refuse(of: { importId: string; rowNumber: number }, message: string): Promise<void> {
    await settle(this.parts.pool, of, { state: 'refused', message });
  }

  /** What was not applied yet never will be. */
  async cancel(userId: string, id: string): Promise<void> {
    await execute(this.parts.pool, 'UPDATE supervision_ledger_import SET cancelled = true WHERE user_id = $1 AND id = $2', [
      userId,
      id,
    ]);
  }

  private async found(db: Queryable, where: string, params: readonly unknown[]): Promise<LedgerImport | null> {
    const found = await maybeRow(
      db,
      importSchema,
      `SELECT id, sha256, file_name, reason, cancelled, made_at_ms FROM supervision_ledger_import WHERE ${where}`,
      params,
    );
    if (!found) return null;
    const sql = 'SELECT * FROM supervision_ledger_import_row WHERE import_id = $1 ORDER BY row_number';
    return { ...found, rows: await rows(db, rowSchema, sql, [found.id]) };
  }
}

async function insertRow(client: ClientBase, importId: string, read: ReadLedgerRow): Promise<void> {
  const { rowNumber, itemId, revision, steps, changes, refusal } = read;
  await execute(
    client,
    `INSERT INTO supervision_ledger_import_row (import_id, row_number, item_id, revision, steps, changes, state, message)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
    [
      importId,
      rowNumber,
      itemId,
      revision,
      JSON.stringify(steps),
      JSON.stringify(changes),
      refusal === null ? 'waiting' : 'refused',
      refusal,
    ],
  );
}

/** Held until the end, so that two who apply at once do it once. Null: there is none, or it was cancelled. */
function lockRow(
  client: ClientBase,
  userId: string,
  { importId, rowNumber }: { importId: string; rowNumber: number },
): Promise<LedgerImportRow | null> {
  return maybeRow(
    client,
    rowSchema,
    `SELECT r.* FROM supervision_ledger_import_row r JOIN supervision_ledger_import i ON i.id = r.import_id
     WHERE r.import_id = $1 AND r.row_number = $2 AND i.user_id = $3 AND NOT i.cancelled FOR UPDATE OF r`,
    [importId, rowNumber, userId],
  );
}

async function settle(
  db: Queryable,
  { importId, rowNumber }: { importId: string; rowNumber: number },
  { state, message }: { state: 'done' | 'refused'; message: string | null },
): Promise<void> {
  await execute(
    db,
    `UPDATE supervision_ledger_import_row SET state = $3, message = $4 WHERE import_id = $1 AND row_number = $2 AND state = 'waiting'`,
    [importId, rowNumber, state, message],
  );
}
