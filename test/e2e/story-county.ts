import { divisionListSchema, sweepListSchema, unitListSchema } from '@tianyan/console-app/api';
import { DAY_MS } from '@tianyan/kernel';
import { SANDBOX_SOURCES, SIGNATURE_HEADER, signPush, TIMESTAMP_HEADER } from '@tianyan/sources';
import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient, until } from '../product/api-client.js';
import { Product } from '../product/product.js';
import { NEW_PASSWORD } from './visitor.js';

const KEY = 'shared by the county and the platform';
const CLOCK_MS = 30_000;
const FIRST_LOOK_MS = 120_000;
/** Simulated seconds per second: deadlines stay where they are while people click. */
const SPEED = 10;

const sourceOf = (source: string, label: string, feeds: readonly (readonly [feed: string, label: string, mapping: string])[]) => `
source: ${source}
label: ${label}
kind: webhook
secret: storyPush
feeds:
${feeds.map(([feed, name, mapping]) => `  - { feed: ${feed}, label: ${name}, mapping: mappings/${mapping}.yaml }`).join('\n')}
`;

/** The demo county's own systems, which send what they have by themselves; their columns are those of the demo county. */
const HOTLINE = sourceOf('hotline', '12345 政务服务热线', [
  ['orders', '工单', 'hotline-orders'],
  ['flows', '流转记录', 'hotline-flows'],
  ['units', '单位', 'hotline-units'],
  ['divisions', '行政区划', 'hotline-divisions'],
]);
const LEDGERS = sourceOf('ledgers', '农村集体三资平台', [
  ['projects', '工程项目', 'assets-projects'],
  ['payments', '收支流水', 'assets-payments'],
]);

export const TOWNSHIP = { code: '320921104', name: '大有镇' };
export const VILLAGE = { code: '320921104210', name: '高场村' };
export const UNITS = {
  roads: { dwbm: 'DW003', dwmc: '响水县交通运输局', dwlx: '部门', xzdm: '' },
  waterBureau: { dwbm: 'DW004', dwmc: '响水县水利局', dwlx: '部门', xzdm: '' },
  waterCompany: { dwbm: 'DW037', dwmc: '响水县自来水公司', dwlx: '公用企业', xzdm: '' },
  township: { dwbm: 'DW049', dwmc: '大有镇人民政府', dwlx: '乡镇', xzdm: TOWNSHIP.code },
} as const;
const DIVISIONS = [
  { qhdm: '320921', qhmc: '响水县', cj: '县', sjdm: '' },
  { qhdm: TOWNSHIP.code, qhmc: TOWNSHIP.name, cj: '乡镇', sjdm: '320921' },
  { qhdm: VILLAGE.code, qhmc: VILLAGE.name, cj: '村', sjdm: TOWNSHIP.code },
];

type Row = Readonly<Record<string, unknown>>;

/** The demo county with its accounts, in which nothing happens but what a test pushes: by the way of a source, signed. */
export class StoryCounty {
  private constructor(
    private readonly product: Product,
    private readonly folder: string,
    /** When the last row was changed, as its sender says: each is newer than all before. */
    private changedAtMs: number,
  ) {}

  /** @param at the county's time, with its zone: from then on what is told happens */
  static async start(at: string): Promise<StoryCounty> {
    const folder = mkdtempSync(join(tmpdir(), 'tianyan-story-'));
    chmodSync(folder, 0o755);
    cpSync(join(SANDBOX_SOURCES, 'mappings'), join(folder, 'mappings'), { recursive: true });
    writeFileSync(join(folder, 'hotline.yaml'), HOTLINE);
    writeFileSync(join(folder, 'ledgers.yaml'), LEDGERS);
    const env = {
      TIANYAN_SANDBOX: 'on',
      TIANYAN_SOURCES: folder,
      TIANYAN_SECRET_storyPush: KEY,
      TIANYAN_ALERT_SETTLE_SECONDS: '1',
    };
    const county = new StoryCounty(await Product.start({ size: '100', speed: SPEED, env }), folder, Date.parse(at) - DAY_MS);
    await county.advanceTo(at);
    await county.tellNames();
    return county;
  }

  /**
   * Before anything else: what is found while a name is on its way tells of a code. Names are read anew when all rules have had their first look, and until
   * places are known each time.
   */
  private async tellNames(): Promise<void> {
    const client = await this.signedIn('analyst');
    const sweeps = async () => (await client.get('/api/sweeps?limit=20', sweepListSchema)).items;
    await until('the rules are judged', FIRST_LOOK_MS, async () => {
      const looks = await sweeps();
      return looks.length > 0 && looks.every(({ state }) => state === 'done');
    });
    await this.push('hotline/units', Object.values(UNITS));
    const units = async () => (await client.get('/api/units', unitListSchema)).items.length;
    await until('the units are known', CLOCK_MS, async () => (await units()) === Object.keys(UNITS).length);
    await this.push('hotline/divisions', DIVISIONS);
    const divisions = async () => (await client.get('/api/divisions', divisionListSchema)).items.length;
    await until('the places are known', CLOCK_MS, async () => (await divisions()) > 0);
  }

  get url(): string {
    return this.product.url;
  }

  /** Signs in with the password that everybody has from then on: that the first one must be changed is another story. */
  signedIn(account: string): Promise<ApiClient> {
    return ApiClient.signIn(this.product, account, NEW_PASSWORD);
  }

  async push(feed: string, rows: readonly Row[]): Promise<void> {
    const body = Buffer.from(JSON.stringify(rows.map((row) => ({ gxsj: ++this.changedAtMs, scbz: '0', ...row }))));
    const nowMs = Date.now();
    const headers = { [TIMESTAMP_HEADER]: String(nowMs), [SIGNATURE_HEADER]: signPush(KEY, nowMs, body) };
    const response = await fetch(`${this.url}/push/${feed}`, { method: 'POST', headers, body });
    const answer = await response.text();
    if (answer !== JSON.stringify({ accepted: rows.length, repeated: 0, refused: 0 }))
      throw new Error(`${feed} took something else than ${rows.length} rows: ${response.status} ${answer}`);
  }

  async advanceTo(at: string): Promise<void> {
    const toMs = Date.parse(at);
    const response = await fetch(`${this.product.sandboxUrl}/control/advance`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ toMs }),
    });
    if (!response.ok) throw new Error(`the county does not go on: ${response.status} ${await response.text()}`);
    const client = await this.signedIn('analyst');
    await until('the platform has the county’s time', CLOCK_MS, async () => (await client.overview()).countyNowMs >= toMs);
  }

  async stop(): Promise<void> {
    await this.product.dispose();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** An order as the hotline writes it, before anything was done. */
export function orderRow(order: { gdbh: string; slsj: string; gdbt: string; gdnr: string; sxdm: string } & Row): Row {
  return {
    slqd: '电话',
    sqlx: '投诉类',
    tsbs: '',
    xzdm: TOWNSHIP.code,
    sqdm: VILLAGE.code,
    sfdz: '',
    sfbm: '否',
    jjcd: '一般',
    bjzt: '办理中',
    cbdwbm: '',
    cnsj: '',
    cljg: '',
    ...order,
  };
}
