import { parse } from 'csv-parse/sync';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readHotline, readTrading } from '../../apps/sandbox/src/testing/feed-reader.js';

/** Something that an upstream has published: one version of one record, or a row that is not even that. */
export interface PublishedRow {
  type: string;
  /** `id@version`; null for a row that names none. */
  version: string | null;
  /** As quarantine keeps it; null for a row of a file. */
  raw: string | null;
  id: string | null;
}

const flowRow = z.object({ lzid: z.string().min(1), gxsj: z.number() });
const orderRow = z.object({ gdbh: z.string().min(1), gxsj: z.number() });
const item = z.object({ seq: z.number(), entity: z.string(), data: z.record(z.string(), z.unknown()) });
const TRADING: Readonly<Record<string, { type: string; id: string }>> = {
  LISTING: { type: 'trading.listing', id: 'projectNo' },
  BID: { type: 'trading.bid', id: 'bidNo' },
  DEAL: { type: 'trading.deal', id: 'dealNo' },
};
/** The ledgers that come as CSV; XLSX ones are known by what is found in them. */
const LEDGERS: readonly { type: string; kind: string; id: string }[] = [
  { type: 'assets.payment', kind: '收支流水', id: '凭证号' },
  { type: 'assets.receivable', kind: '应收账款', id: '应收编号' },
  { type: 'assets.asset', kind: '资产台账', id: '资产编号' },
  { type: 'assets.vote', kind: '民主决策', id: '决策编号' },
  { type: 'assets.notice', kind: '村务公示', id: '公示编号' },
  { type: 'assets.invoice', kind: '票据登记', id: '票据号' },
  { type: 'directory.list-entry', kind: '干部亲属名单', id: '条目编号' },
];

/** Everything that the county's upstreams have published, read once more and without the product. */
export async function everythingPublished(county: { url: string; exportsFolder: string }): Promise<PublishedRow[]> {
  const rows: PublishedRow[] = [];
  const take = (type: string, row: unknown, named: { id: string; version: number } | null) =>
    rows.push({
      type,
      id: named && named.id,
      version: named && `${named.id}@${named.version}`,
      raw: typeof row === 'string' ? row : JSON.stringify(row),
    });
  const onFlow = (row: unknown) => {
    const { data } = flowRow.safeParse(row);
    take('hotline.order-event', row, data ? { id: data.lzid, version: data.gxsj } : null);
  };
  const onOrder = (row: unknown) => {
    const { data } = orderRow.safeParse(row);
    take('hotline.order', row, data ? { id: data.gdbh, version: data.gxsj } : null);
  };
  await readHotline(county.url, 'flows', { onPage: (page) => page.rows.forEach(onFlow) });
  await readHotline(county.url, 'orders', { onPage: (page) => page.rows.forEach(onOrder) });
  for (const page of await readTrading(county.url)) for (const row of page.rows) takeItem(row, take);
  for (const ledger of LEDGERS) for (const row of ledgerRows(county.exportsFolder, ledger)) rows.push(row);
  return rows;
}

function takeItem(row: unknown, take: (type: string, row: unknown, named: { id: string; version: number } | null) => void): void {
  const { data } = item.safeParse(row);
  const entity = data && TRADING[data.entity];
  const id = entity && data.data[entity.id];
  take(entity?.type ?? 'trading', row, data && typeof id === 'string' && id !== '' ? { id, version: data.seq } : null);
}

/** Rows of a ledger's files, wherever the connector has moved them to. Rows without an id or time are quarantine's matter. */
function* ledgerRows(folder: string, ledger: (typeof LEDGERS)[number]): Generator<PublishedRow> {
  const isOfLedger = (name: string) => name.startsWith(`三资_${ledger.kind}_`) && name.endsWith('.csv');
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!isOfLedger(file.slice(file.lastIndexOf('/') + 1))) continue;
    const text = new TextDecoder('gb18030').decode(readFileSync(join(folder, file)));
    const options = { columns: true, relax_column_count: true } as const;
    for (const row of parse<Record<string, string>>(text, options)) {
      const id = row[ledger.id];
      const changedMs = chinaTimeMs(row['修改时间']);
      if (id && changedMs !== null) yield { type: ledger.type, id, version: `${id}@${changedMs}`, raw: null };
    }
  }
}

const CHINA_OFFSET_HOURS = 8;

/** `2026/7/1 02:03:04`; null for anything else. */
function chinaTimeMs(text: string | undefined): number | null {
  const parts = /^(\d+)\/(\d+)\/(\d+) (\d+):(\d+):(\d+)$/.exec(text ?? '');
  if (!parts) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour - CHINA_OFFSET_HOURS, minute, second);
}
