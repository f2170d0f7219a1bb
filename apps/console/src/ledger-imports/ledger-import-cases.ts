import { isAllowed, Reach, requireAction, type Actor, type AuditLog } from '@tianyan/access';
import { RefusedError } from '@tianyan/kernel';
import { FileRefusedError, plainSheet } from '@tianyan/sources';
import {
  rectificationMachine,
  type LedgerImport as StoredImport,
  type LedgerImports,
  type ReadLedgerRow,
} from '@tianyan/supervision';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { MAX_LEDGER_IMPORT_ROWS, type LedgerImport } from '../api/index.js';
import { RECTIFICATION_SHEET } from '../exports/supervision-lists.js';
import type { RectificationCases } from '../supervision/rectification-cases.js';
import { compareRow, type SheetCells } from './compare-row.js';

/** Rows of one request: each is a transaction of some milliseconds, and whoever waits sees how far it is. */
const ROWS_AT_ONCE = 25;

interface SheetRow {
  rowNumber: number;
  id: string;
  cells: SheetCells;
}

/**
 * The ledger of rectifications, back from whoever filled it in: read and compared, shown, and then taken row by row by the steps of each item, with
 * the rights of the person who brings it. Each import is that person's alone.
 */
export class LedgerImportCases {
  constructor(
    private readonly parts: {
      ledgerImports: LedgerImports;
      rectificationCases: Pick<RectificationCases, 'forLedger' | 'record'>;
      audit: AuditLog;
    },
  ) {}

  /** Changes nothing. Throws RefusedError('invalid') for a file that is no such ledger. */
  async read(actor: Actor, arrived: { path: string; name: string } | null, reason: string): Promise<LedgerImport> {
    if (!arrived) throw new RefusedError('invalid', '请选择填好的整改台账（.xlsx）。');
    const sheet = await sheetOf(arrived.path);
    const sha256 = createHash('sha256')
      .update(await readFile(arrived.path))
      .digest('hex');
    const read: ReadLedgerRow[] = [];
    const seen = new Set<string>();
    for (const row of sheet) {
      const compared = await this.compared(actor, row, { reason, isTwice: seen.has(row.id) });
      seen.add(row.id);
      if (compared) read.push(compared);
    }
    const kept = await this.parts.ledgerImports.keep(actor.user.id, { sha256, fileName: arrived.name, reason }, read);
    await this.parts.audit.record(actor, {
      action: 'import-ledger',
      object: `rectification-import/${kept.id}@${sha256}`,
      reason,
    });
    return importAnswer(kept);
  }

  async get(actor: Actor, id: string): Promise<LedgerImport> {
    return importAnswer(await this.parts.ledgerImports.get(actor.user.id, id));
  }

  /** The next rows; to be asked again until none waits. What was done stays done, whoever stops asking. */
  async apply(actor: Actor, id: string): Promise<LedgerImport> {
    const found = await this.parts.ledgerImports.get(actor.user.id, id);
    if (found.cancelled) throw new RefusedError('conflict', '这次导入已经停止。要继续的，请重新上传同一份表格。');
    const next = found.rows.filter(({ state }) => state === 'waiting').slice(0, ROWS_AT_ONCE);
    for (const row of next) await this.applyRow(actor, id, row);
    return this.get(actor, id);
  }

  async cancel(actor: Actor, id: string): Promise<LedgerImport> {
    const { ledgerImports, audit } = this.parts;
    await ledgerImports.get(actor.user.id, id);
    await ledgerImports.cancel(actor.user.id, id);
    await audit.record(actor, { action: 'cancel-ledger-import', object: `rectification-import/${id}` });
    return this.get(actor, id);
  }

  private async applyRow(actor: Actor, importId: string, row: StoredImport['rows'][number]): Promise<void> {
    const { ledgerImports, rectificationCases, audit } = this.parts;
    const of = { importId, rowNumber: row.rowNumber };
    try {
      for (const { step } of row.steps) {
        const actions = rectificationMachine.actionsOf(step);
        const action = actions.find((one) => isAllowed(actor.user.role, one)) ?? actions[0];
        await requireAction(audit, actor, action, `rectification/${row.itemId}/${step}`);
      }
      const { covers } = await rectificationCases.forLedger(actor, row.itemId);
      await ledgerImports.apply(
        { reach: Reach.of(actor), taker: actor.user, covers, record: rectificationCases.record(actor) },
        of,
      );
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      await ledgerImports.refuse(of, error.message);
    }
  }

  private async compared(
    actor: Actor,
    { rowNumber, id, cells }: SheetRow,
    { reason, isTwice }: { reason: string; isTwice: boolean },
  ): Promise<ReadLedgerRow | null> {
    const nothing = { rowNumber, itemId: id, revision: 0, steps: [], changes: [] };
    if (isTwice) return { ...nothing, refusal: '同一编号在表格里出现了两次，只受理第一次。' };
    try {
      const item = await this.parts.rectificationCases.forLedger(actor, id);
      const compared = compareRow(cells, item, { userId: actor.user.id, reason });
      return compared && { ...nothing, revision: item.shown.revision, ...compared };
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      return { ...nothing, refusal: error.message };
    }
  }
}

/** The rows of the sheet that the export has written, by the titles of their columns. */
async function sheetOf(path: string): Promise<SheetRow[]> {
  const [head, ...rows] = await plainCells(path);
  const titles = (head?.cells ?? []).map((cell) => String(cell ?? '').trim());
  if (!titles.includes('编号') || !titles.includes('版本'))
    throw new RefusedError('invalid', '表格里没有“编号”“版本”两列。请在整改台账页导出，在导出的表格里填写。');
  return rows.flatMap(({ number: rowNumber, cells }) => {
    const named = new Map(titles.map((title, at) => [title, String(cells[at] ?? '')]));
    const id = (named.get('编号') ?? '').trim();
    // A line that somebody left empty.
    return id === '' ? [] : [{ rowNumber, id, cells: named }];
  });
}

async function plainCells(path: string) {
  try {
    return await plainSheet(path, { sheet: RECTIFICATION_SHEET, maxRows: MAX_LEDGER_IMPORT_ROWS });
  } catch (error) {
    if (error instanceof FileRefusedError) throw new RefusedError('invalid', error.message);
    throw error;
  }
}

function importAnswer({ rows, id, fileName, reason, cancelled, madeAtMs }: StoredImport): LedgerImport {
  return {
    id,
    fileName,
    reason,
    cancelled,
    madeAtMs,
    rows: rows.map(({ rowNumber, itemId, changes, state, message }) => ({ rowNumber, itemId, changes, state, message })),
  };
}
