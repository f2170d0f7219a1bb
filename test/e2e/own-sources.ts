import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Rows of the ledger whose direction is written in a way that the mapping does not know. */
export const MISWRITTEN = 600;

const LEDGER = `source: village-ledger
label: 村级收支台账
kind: file-drop
folder: FOLDER
everyMs: 1000
feeds:
  - { feed: payments, label: 收支流水, files: '收支流水_*.csv', mapping: mappings/ledger.yaml }
`;

const LEDGER_MAPPING = `mapping: village-payments
label: 收支流水
dates: [yyyy-MM-dd]
file: { header: [凭证号, 记账日期, 村代码, 收支方向, 金额] }
records:
  - type: assets.payment
    id: 凭证号
    at: 记账日期
    fields:
      voucherId: 凭证号
      townshipCode: { from: 村代码, text: [{ first: 9 }] }
      villageCode: 村代码
      direction: { from: 收支方向, values: { 收入: in, 支出: out } }
      amountFen: { from: 金额, as: yuan }
      account: 科目
      summary: 摘要
      counterparty: 对方户名
`;

const HOTLINE = `source: old-hotline
label: 旧热线系统
kind: http-pull
baseUrl: ADDRESS
everyMs: 2000
timeoutMs: 120000
feeds:
  - feed: orders
    label: 历史工单
    path: /orders
    cursor: { after: { path: next, start: 0 } }
    rows: rows
    more: more
    mapping: mappings/hotline.yaml
`;

const HOTLINE_MAPPING = `mapping: old-hotline-orders
label: 历史工单
dates: ['yyyy-MM-dd HH:mm:ss']
records:
  - type: hotline.order
    id: no
    at: at
    fields:
      orderId: no
      title: title
      content: title
      channel: { value: 电话 }
      category: { value: complaint }
      matter: { value: road }
      confidential: { value: false }
      urgency: { value: normal }
      status: { value: 在办 }
  - type: hotline.order-event
    id: { join: [no, { value: dispatched }], with: '-' }
    at: at
    fields:
      orderId: no
      unitId: { value: U1 }
      action: { value: dispatched }
`;

/** Most rows of a year's ledger are fine; some are wrong in one way, two in ways of their own. */
function ledgerRows(): string {
  const row = (n: number, { day = '2026-03-05', direction = '支出', amount = `${100 + n}.50` }) =>
    `PZ${String(n).padStart(5, '0')},${day},320921100201,${direction},${amount},办公费,购置办公用品,响水镇便民商店`;
  const rows = [
    ...Array.from({ length: 40 }, (_, n) => row(n, {})),
    ...Array.from({ length: MISWRITTEN }, (_, n) => row(1_000 + n, { direction: '付出' })),
    row(9_000, { day: '2026-02-30' }),
    row(9_001, { amount: '壹佰元' }),
  ];
  return `凭证号,记账日期,村代码,收支方向,金额,科目,摘要,对方户名\n${rows.join('\n')}\n`;
}

/** An order that was handed out long ago and never completed. */
const order = (no: number) => ({ no: `GD${no}`, at: '2026-03-02 09:00:00', title: `${no} 号路段破损` });

export interface OwnSources {
  env: Readonly<Record<string, string>>;
  /** The upstream gives its last page, for which it has let the platform wait until now. */
  giveLastPage: () => void;
  stop: () => Promise<void>;
}

/** Sources of a county's own: a folder with a ledger that has mistakes, and a hotline whose history comes in two pages. */
export async function startOwnSources(): Promise<OwnSources> {
  const directory = mkdtempSync(join(tmpdir(), 'tianyan-sources-'));
  chmodSync(directory, 0o755);
  const lastPage = Promise.withResolvers<void>();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const isFirst = new URL(request.url ?? '/', 'http://upstream').searchParams.get('after') === '0';
    if (!isFirst) await lastPage.promise;
    const body = isFirst
      ? { rows: [order(1), order(2), order(3)], more: true, next: 3 }
      : { rows: [order(4)], more: false, next: 3 };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(body));
  };
  const server = createServer((request, response) => void answer(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo; // a listening TCP server has such an address
  const drop = join(directory, 'drop');
  mkdirSync(drop);
  writeFileSync(join(drop, '收支流水_2026.csv'), ledgerRows());
  const sources = join(directory, 'sources');
  const mappings = join(sources, 'mappings');
  mkdirSync(mappings, { recursive: true });
  writeFileSync(join(sources, 'village-ledger.yaml'), LEDGER.replace('FOLDER', drop));
  writeFileSync(join(sources, 'old-hotline.yaml'), HOTLINE.replace('ADDRESS', `http://127.0.0.1:${port}`));
  writeFileSync(join(mappings, 'ledger.yaml'), LEDGER_MAPPING);
  writeFileSync(join(mappings, 'hotline.yaml'), HOTLINE_MAPPING);
  return {
    env: { TIANYAN_SANDBOX: 'off', TIANYAN_SOURCES: sources, TIANYAN_ALLOW_LOCAL_ADDRESSES: '127.0.0.1' },
    giveLastPage: () => lastPage.resolve(),
    stop: async () => {
      lastPage.resolve();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
