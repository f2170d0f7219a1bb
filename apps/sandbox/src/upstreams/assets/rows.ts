import type { County } from '../../world/county.js';
import { creditCodeOf } from '../../world/credit-codes.js';
import type { LedgerKind, LedgerRow } from '../../world/ledger.js';
import { MATTERS } from '../../world/matters.js';
import { chinaDateTime, dayText } from '../../world/work-time.js';
import type { DayNumber } from '../../world/work-time.js';

/** File kinds by ledger kind, as the export names them. */
export const FILE_KINDS: Readonly<Record<LedgerKind, { name: string; extension: 'csv' | 'xlsx' }>> = {
  payment: { name: '收支流水', extension: 'csv' },
  receivable: { name: '应收账款', extension: 'csv' },
  asset: { name: '资产台账', extension: 'csv' },
  contract: { name: '合同台账', extension: 'xlsx' },
  project: { name: '工程项目', extension: 'xlsx' },
  vote: { name: '民主决策', extension: 'csv' },
  notice: { name: '村务公示', extension: 'csv' },
  invoice: { name: '票据登记', extension: 'csv' },
  kin: { name: '干部亲属名单', extension: 'csv' },
};

export const CSV_HEADERS: Readonly<Record<Exclude<LedgerKind, 'contract' | 'project'>, readonly string[]>> = {
  payment: [
    '凭证号',
    '记账日期',
    '乡镇',
    '村（社区）',
    '村代码',
    '科目',
    '摘要',
    '收入金额（元）',
    '支出金额（元）',
    '对方户名',
    '项目编号',
    '合同编号',
    '应收编号',
    '经手人',
    '审批人',
    '修改时间',
    '删除标志',
    '结算方式',
    '票据号',
    '对方统一社会信用代码',
  ],
  receivable: [
    '应收编号',
    '合同编号',
    '资产编号',
    '乡镇',
    '村（社区）',
    '村代码',
    '登记日期',
    '应收日期',
    '应收金额（元）',
    '期次',
    '修改时间',
    '删除标志',
  ],
  asset: [
    '资产编号',
    '资产名称',
    '类别',
    '面积（亩）',
    '状态',
    '是否在用',
    '坐落',
    '乡镇',
    '村（社区）',
    '村代码',
    '登记日期',
    '修改时间',
    '删除标志',
    '状态起始日期',
  ],
  vote: [
    '决策编号',
    '会议日期',
    '乡镇',
    '村（社区）',
    '村代码',
    '议题',
    '应到人数',
    '实到人数',
    '同意人数',
    '合同编号',
    '修改时间',
    '删除标志',
  ],
  notice: [
    '公示编号',
    '乡镇',
    '村（社区）',
    '村代码',
    '公示内容',
    '标题',
    '公示开始',
    '公示截止',
    '合同编号',
    '修改时间',
    '删除标志',
  ],
  invoice: [
    '票据号',
    '乡镇',
    '村（社区）',
    '村代码',
    '开票方',
    '票面金额（元）',
    '开票日期',
    '修改时间',
    '删除标志',
    '开票方统一社会信用代码',
  ],
  kin: [
    '条目编号',
    '乡镇',
    '村（社区）',
    '村代码',
    '姓名或名称',
    '村干部',
    '关系',
    '任职起',
    '任职止',
    '修改时间',
    '删除标志',
    '统一社会信用代码',
  ],
};

const CONTRACT_KINDS = {
  lease: '资产租赁',
  contracting: '资源发包',
  investment: '对外投资',
  works: '工程建设',
  service: '劳务服务',
} as const;
const ASSET_STATES = { idle: '空闲', leased: '在租', 'self-used': '自用' } as const;

/** A CSV row's cells, in the order of its headers. */
export function csvCells(county: County, row: LedgerRow): string[] {
  const changed = changedAt(row.modifiedAtMs);
  const flag = row.deleted ? '1' : '0';
  const [township, village, code] = placeCells(county, row.fields.village);
  switch (row.kind) {
    case 'payment': {
      const f = row.fields;
      const amount = thousands(f.amountFen);
      return spoil(row, [
        f.voucherId, slashDay(f.bookedDay), township, village, code, f.account, f.summary, f.direction === 'in' ? amount : '', f.direction === 'out' ? amount : '', f.counterparty ?? '',
        f.projectId ?? '', f.contractId ?? '', f.receivableId ?? '', f.handler ?? '', f.approver ?? '', changed, flag, f.settlement === 'cash' ? '现金' : '转账',
        f.direction === 'out' && f.invoiceNo === undefined ? `FP${f.voucherId.slice(2)}` : (f.invoiceNo ?? ''), creditCodeOf(f.counterparty),
      ]); // prettier-ignore
    }
    case 'receivable': {
      const f = row.fields;
      return [
        f.receivableId,
        f.contractId,
        f.assetId ?? '',
        township,
        village,
        code,
        compactDay(f.registeredDay),
        compactDay(f.dueDay),
        thousands(f.amountFen),
        `第${f.instalment}期`,
        changed,
        flag,
      ];
    }
    case 'asset': {
      const f = row.fields;
      return [
        f.assetId,
        f.name,
        f.kind,
        f.areaMu === null ? '' : String(f.areaMu),
        ASSET_STATES[f.status],
        f.inUse ? '是' : '否',
        `${township}${village}`,
        township,
        village,
        code,
        dayText(f.registeredDay),
        changed,
        flag,
        f.statusSinceDay === undefined ? '' : dayText(f.statusSinceDay),
      ];
    }
    case 'vote':
    case 'notice':
    case 'invoice':
    case 'kin':
      return registerCells(row, [township, village, code], [changed, flag]);
    default:
      throw new TypeError(`${row.kind} is no CSV kind`);
  }
}

type Register = Extract<LedgerRow, { kind: 'vote' | 'notice' | 'invoice' | 'kin' }>;

/** The registers beside the books: decisions, notices, invoices, the list of cadres and their kin. */
function registerCells(row: Register, place: readonly string[], end: readonly string[]): string[] {
  switch (row.kind) {
    case 'vote': {
      const f = row.fields;
      const counts = [f.expected, f.attended, f.agreed].map(String);
      return [f.voteId, slashDay(f.heldDay), ...place, f.matter, ...counts, f.contractId ?? '', ...end];
    }
    case 'notice': {
      const f = row.fields;
      const days = [slashDay(f.postedDay), slashDay(f.endsDay)];
      const subject = f.subject === 'contract' ? '合同' : '财务';
      return [f.noticeId, ...place, subject, f.title, ...days, f.contractId ?? '', ...end];
    }
    case 'invoice': {
      const f = row.fields;
      return [f.invoiceNo, ...place, f.seller, thousands(f.amountFen), slashDay(f.issuedDay), ...end, creditCodeOf(f.seller)];
    }
    case 'kin': {
      const f = row.fields;
      const until = f.toDay === null ? '' : slashDay(f.toDay);
      return [
        f.kinId,
        ...place,
        f.name,
        f.cadre,
        f.relation,
        slashDay(f.fromDay),
        until,
        ...end,
        creditCodeOf(f.registeredAs ?? f.name),
      ];
    }
  }
}

/** A payment row as it must not be: an impossible day, an amount in words, no number, or half a row. */
function spoil(row: LedgerRow, cells: string[]): string[] {
  if (!row.malformed) return cells;
  const variant = Math.floor(row.modifiedAtMs / 1000) % 4;
  if (variant === 0) return cells.with(1, `${(cells[1] ?? '').split('/')[0]}/2/30`);
  if (variant === 1) return cells.with(7, '').with(8, '叁佰元整');
  if (variant === 2) return cells.with(0, '');
  return cells.slice(0, 6);
}

/** A cell of a sheet: text, a number, or a day as Excel holds it. */
export type SheetCell = string | number | Date | null;

export function contractCells(county: County, row: LedgerRow & { kind: 'contract' }): SheetCell[] {
  const f = row.fields;
  const [township, village, code] = placeCells(county, f.village);
  // Half of the clerks type dates as text, half as dates; the same with sums.
  const asText = row.modifiedAtMs % 2_000 === 0;
  return [
    f.contractId, f.name, CONTRACT_KINDS[f.kind], township, village, code, f.assetId, f.areaMu, f.lessee, sheetDay(f.signedDay, asText), sheetDay(f.startsDay, asText), sheetDay(f.endsDay, asText), f.termMonths,
    tenThousands(f.totalFen, asText), tenThousands(f.annualFen, asText), f.listingId, f.resolution, changedAt(row.modifiedAtMs), row.deleted ? '作废' : null,
    creditCodeOf(f.lesseeRegisteredAs ?? f.lessee) || null, f.objectKind ?? null,
  ]; // prettier-ignore
}

export function projectCells(county: County, row: LedgerRow & { kind: 'project' }): SheetCell[] {
  const f = row.fields;
  const [township, village, code] = placeCells(county, f.village);
  const asText = row.modifiedAtMs % 2_000 === 0;
  return [
    f.projectId, f.name, MATTERS[f.matter]?.projectKind ?? '', township, village, code, sheetDay(f.registeredDay, asText), tenThousands(f.budgetFen, asText), tenThousands(f.contractFen, asText), f.contractor, f.status,
    f.startsDay === null ? null : sheetDay(f.startsDay, asText), f.finishedDay === null ? null : sheetDay(f.finishedDay, asText), changedAt(row.modifiedAtMs), f.doneFen === undefined ? null : tenThousands(f.doneFen, asText),
    f.settlementFen === undefined ? null : tenThousands(f.settlementFen, asText), creditCodeOf(f.contractor) || null,
  ]; // prettier-ignore
}

function placeCells(county: County, index: number): [township: string, village: string, code: string] {
  const village = county.villages[index];
  if (!village) throw new RangeError(`no village ${index}`);
  return [village.township.name, village.name, village.code];
}

/** `1,234.50` */
export function thousands(fen: number): string {
  const yuan = String(Math.floor(fen / 100)).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${yuan}.${String(fen % 100).padStart(2, '0')}`;
}

/** 万元: one fen is a millionth. */
export function tenThousands(fen: number, asText: boolean): string | number {
  if (!asText) return fen / 1_000_000;
  return `${Math.floor(fen / 1_000_000)}.${String(fen % 1_000_000).padStart(6, '0')}`.replace(/\.?0+$/, '');
}

/** `2025/7/1` */
function slashDay(day: DayNumber): string {
  const [year, month, date] = dayText(day).split('-').map(Number);
  return `${year}/${month}/${date}`;
}

function compactDay(day: DayNumber): string {
  return dayText(day).replaceAll('-', '');
}

/** `2025/7/1 09:05:07` */
function changedAt(atMs: number): string {
  const [day = '', time = ''] = chinaDateTime(atMs).split(' ');
  const [year, month, date] = day.split('-').map(Number);
  return `${year}/${month}/${date} ${time}`;
}

function sheetDay(day: DayNumber, asText: boolean): string | Date {
  const text = dayText(day);
  const [year, month, date] = text.split('-').map(Number);
  return asText ? `${year}年${month}月${date}日` : new Date(`${text}T00:00:00Z`); // Excel knows no zones: a day is its UTC midnight here
}
