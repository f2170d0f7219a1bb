import { signPush, SIGNATURE_HEADER, TIMESTAMP_HEADER } from '@tianyan/sources';
import { DAY_MS, HOUR_MS, SECOND_MS } from '@tianyan/kernel';
import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { until } from '../product/api-client.js';
import type { Product } from '../product/product.js';
import { steadily } from './steadily.js';

/** The simulated county's key; it guards nothing. */
const KEY = 'sandbox-hotline';
const SOURCES = 'libs/sources/sandbox';
const PUSHED_SOURCE = `# The benchmark pushes rows as the hotline would, at a rate of its own.
source: bench-push
label: 压力测试
kind: webhook
secret: hotlineToken
feeds:
  - feed: flows
    label: 流转记录
    mapping: mappings/hotline-flows.yaml
  - feed: orders
    label: 工单
    mapping: mappings/hotline-orders.yaml
`;

/** Of three rows two are flow records and one is an order, as upstream hands them out. */
const FLOWS_PER_ORDER = 2;
const PAGE_ROWS = 5_000;
/** Rows of so many days before now: orders that are being worked on. */
const RECENT_MS = 5 * DAY_MS;
const CHINA_OFFSET_MS = 8 * HOUR_MS;
/** A push this often, as an upstream that sends what it has. */
const PUSH_EVERY_MS = 200;

type Row = Record<string, unknown>;

const rowSchema = z.record(z.string(), z.unknown());
const pageSchema = z.object({ data: z.object({ rows: z.array(z.unknown()) }) });
const clockSchema = z.object({ nowMs: z.number() });

/** A folder of sources: the county's own, and one that takes what is pushed. */
export function sourcesWithPush(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tianyan-bench-sources-'));
  cpSync(SOURCES, folder, { recursive: true });
  writeFileSync(join(folder, 'bench-push.yaml'), PUSHED_SOURCE);
  return folder;
}

/** Sends new flow records of orders that are under way, and new orders, at a steady rate. */
export class SteadyPush {
  private sent = 0;

  private constructor(
    private readonly product: Pick<Product, 'url' | 'sandboxUrl'>,
    private readonly flows: readonly Row[],
    private readonly orders: readonly Row[],
    /** What the county's clock is ahead of this machine's. */
    private readonly aheadMs: number,
  ) {}

  static async prepare(product: Pick<Product, 'url' | 'sandboxUrl'>): Promise<SteadyPush> {
    const { nowMs } = clockSchema.parse(await (await fetch(`${product.sandboxUrl}/clock`)).json());
    const read = async (feed: string) => {
      const url = `${product.sandboxUrl}/hotline/api/v2/${feed}?updatedSince=${nowMs - RECENT_MS}&pageSize=${PAGE_ROWS}`;
      // The upstream has its outages, its rate limits and its torn answers.
      return until(`a page of ${feed}`, 120_000, async () => {
        const response = await fetch(url, { headers: { authorization: `Bearer ${KEY}` } });
        return response.ok && rowsOf(await response.text());
      });
    };
    return new SteadyPush(product, await read('flows'), await read('orders'), nowMs - Date.now());
  }

  /** Returns the rows accepted per second. */
  async run(perSecond: number, forMs: number): Promise<number> {
    const startMs = performance.now();
    let accepted = 0;
    await steadily({ perSecond, everyMs: PUSH_EVERY_MS, isOver: (elapsedMs) => elapsedMs >= forMs }, async (rows) => {
      const orders = Math.round(rows / (FLOWS_PER_ORDER + 1));
      accepted += await this.push('flows', this.take(this.flows, rows - orders, newFlow));
      accepted += await this.push('orders', this.take(this.orders, orders, newOrder));
    });
    return (accepted / (performance.now() - startMs)) * SECOND_MS;
  }

  private take(rows: readonly Row[], count: number, anew: (row: Row, number: number, nowMs: number) => Row): Row[] {
    const nowMs = Date.now() + this.aheadMs;
    return Array.from({ length: count }, () => anew(rows[this.sent % rows.length] ?? {}, this.sent++, nowMs));
  }

  private async push(feed: string, rows: readonly Row[]): Promise<number> {
    if (rows.length === 0) return 0;
    const body = Buffer.from(JSON.stringify(rows));
    const timestampMs = Date.now();
    const response = await fetch(`${this.product.url}/push/bench-push/${feed}`, {
      method: 'POST',
      headers: { [TIMESTAMP_HEADER]: String(timestampMs), [SIGNATURE_HEADER]: signPush(KEY, timestampMs, body) },
      body,
    });
    if (!response.ok) throw new Error(`the push was refused: ${response.status} ${await response.text()}`);
    return z.object({ accepted: z.number() }).parse(await response.json()).accepted;
  }
}

function rowsOf(text: string): Row[] | false {
  try {
    // Some of an upstream's rows are no rows.
    return pageSchema.parse(JSON.parse(text)).data.rows.flatMap((row): Row[] => {
      const read = rowSchema.safeParse(row);
      return read.success ? [read.data] : [];
    });
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return false;
    throw error;
  }
}

/** Another record of the same order at this moment, some of which return, reject or complete it. */
function newFlow(row: Row, number: number, nowMs: number): Row {
  return { ...row, lzid: `BENCH-${number}`, gxsj: nowMs, clsj: chinaTime(nowMs) };
}

/** Another order, about the same thing. Under its old number it would be the hotline's own, of which nobody else may speak. */
function newOrder(row: Row, number: number, nowMs: number): Row {
  return { ...row, gdbh: `BENCH-${number}`, gxsj: nowMs, slsj: chinaTime(nowMs) };
}

function chinaTime(nowMs: number): string {
  return new Date(nowMs + CHINA_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}
