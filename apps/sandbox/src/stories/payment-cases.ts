import { typedOn, type PaymentFields } from '../world/ledger.js';
import { firmName, staffOf } from '../world/people.js';
import { dayText, type DayNumber } from '../world/work-time.js';
import { ledgerTeller, since, type Case, type Written } from './ledger-cases.js';
import { villageOf, YUAN, type LedgerContext, type LedgerTeller } from './ledger-context.js';

/** A village's payments of one month are judged together, so each of these cases has a village and month of its own. */
function ofMonth(ctx: LedgerContext, write: (village: number) => DayNumber): Written | null {
  const month = dayText(ctx.day).slice(0, 7);
  for (let attempt = 0; attempt < 20; attempt++) {
    const village = ctx.village(ctx.dice);
    if (!ctx.claim(`${village} ${month}`)) continue;
    return since(`${villageOf(ctx.county, village).code}|${month}`, write(village));
  }
  return null;
}

/** Books a payment of a village. */
export function book(ctx: LedgerContext, village: number, day: DayNumber, more: Partial<PaymentFields>): void {
  const { ledger, dice, seed, county } = ctx;
  const { code } = villageOf(county, village);
  const fields: PaymentFields = {
    voucherId: ledger.nextId('PZ', day), village, bookedDay: day, direction: 'out', amountFen: dice.int(200, 3_000) * YUAN, account: '管理费用', summary: '购办公用品', counterparty: firmName(dice),
    projectId: null, contractId: null, receivableId: null, handler: staffOf(seed, code, 1), approver: staffOf(seed, code, 3), ...more,
  }; // prettier-ignore
  ledger.put('payment', fields, typedOn(dice, day));
}

/** One payment of today. */
const paid =
  (more: (ctx: LedgerContext, village: number) => Partial<PaymentFields>): Case =>
  (ctx) =>
    ofMonth(ctx, (village) => {
      book(ctx, village, ctx.day, more(ctx, village));
      return ctx.day;
    });

const summary = (text: string, more: Partial<PaymentFields> = {}): Case => paid(() => ({ summary: text, ...more }));

const reception = ledgerTeller(
  'reception-spending',
  [
    ['摘要写明招待费', summary('付上级检查招待费')],
    ['摘要写明餐费', summary('报春节值班餐费')],
    ['摘要写明烟酒', summary('购会议用烟酒')],
  ],
  [
    ['退回的招待费，是收入', summary('退回多付招待费', { direction: 'in', account: '其他收入' })],
    ['养老助餐点的设备，不是餐费', summary('购助餐点消毒柜')],
  ],
);

const clerk = ({ seed, county }: LedgerContext, village: number, pick: number): string =>
  staffOf(seed, villageOf(county, village).code, pick);

const handlerApproves = ledgerTeller(
  'handler-approves',
  [['经手人自己审批', paid((ctx, village) => ({ handler: clerk(ctx, village, 2), approver: clerk(ctx, village, 2) }))]],
  [
    ['经手人、审批人都没有填', paid(() => ({ handler: null, approver: null }))],
    [
      '收入由同一人经手、审批',
      paid((ctx, village) => ({
        direction: 'in',
        account: '其他收入',
        handler: clerk(ctx, village, 2),
        approver: clerk(ctx, village, 2),
      })),
    ],
  ],
);

const works = (amountFen: number, more: Partial<PaymentFields> = {}): Case =>
  paid(() => ({ account: '在建工程', summary: '付零星工程款', amountFen, ...more }));

const worksWithoutProject = ledgerTeller(
  'works-without-project',
  [
    ['恰好五千元的工程支出没有项目', works(5_000 * YUAN)],
    ['几万元的工程支出没有项目', works(36_000 * YUAN)],
  ],
  [
    ['差 1 分不到五千元', works(5_000 * YUAN - 1)],
    ['日常维修，不在工程科目', works(6_000 * YUAN, { account: '公益支出', summary: '付路灯维修费' })],
  ],
);

/** Two payments just below ten thousand yuan to one payee, so many days apart; the later one is today's. */
const parts =
  (days: number, amounts: readonly [number, number], isOnePayee = true): Case =>
  (ctx) =>
    ofMonth(ctx, (village) => {
      const payee = `${firmName(ctx.dice)}（农资）`;
      // Judged by the month: the earlier part must not lie in the one before.
      const later = dayText(ctx.day + days).slice(0, 7) === dayText(ctx.day).slice(0, 7) ? ctx.day + days : ctx.day;
      [ctx.day, later].forEach((day, i) =>
        book(ctx, village, day, {
          amountFen: amounts[i] ?? 0,
          counterparty: i === 0 || isOnePayee ? payee : `${payee}二部`,
          summary: '付农资款',
          account: '农业支出',
        }),
      );
      return later;
    });

const splitPayments = ledgerTeller(
  'split-payments',
  [
    ['同一收款人两笔各九千多元，隔几天', parts(4, [9_800 * YUAN, 9_650 * YUAN])],
    ['同一天两笔，各差 1 分不到一万元', parts(0, [10_000 * YUAN - 1, 10_000 * YUAN - 1])],
    ['恰好各八千元', parts(1, [8_000 * YUAN, 8_000 * YUAN])],
  ],
  [
    ['第二笔只有七千九百元', parts(2, [9_900 * YUAN, 7_900 * YUAN])],
    ['第二笔恰好一万元，已按限额报批', parts(2, [9_900 * YUAN, 10_000 * YUAN])],
    ['两家收款人', parts(2, [9_900 * YUAN, 9_800 * YUAN], false)],
  ],
);

const cash = (amountFen: number, more: Partial<PaymentFields> = {}): Case =>
  paid(() => ({ amountFen, settlement: 'cash', ...more }));

const largeCash = ledgerTeller(
  'large-cash-payment',
  [
    ['比一千元多 1 分的现金支出', cash(1_000 * YUAN + 1)],
    ['几千元的现金支出', cash(5_600 * YUAN)],
  ],
  [
    ['恰好一千元', cash(1_000 * YUAN)],
    ['现金收入', cash(5_600 * YUAN, { direction: 'in', account: '其他收入' })],
  ],
);

const withoutInvoice = ledgerTeller(
  'payment-without-invoice',
  [
    ['恰好一千元，没有票据', paid(() => ({ amountFen: 1_000 * YUAN, invoiceNo: null }))],
    ['几千元的材料款没有票据', paid(() => ({ amountFen: 4_800 * YUAN, invoiceNo: null, summary: '付维修材料款' }))],
  ],
  [
    ['差 1 分不到一千元', paid(() => ({ amountFen: 1_000 * YUAN - 1, invoiceNo: null }))],
    ['发放误工补贴，凭签名表', paid(() => ({ amountFen: 4_800 * YUAN, invoiceNo: null, summary: '付村干部误工补贴' }))],
  ],
);

/** Append only. */
export const PAYMENT_TELLERS: readonly LedgerTeller[] = [
  reception,
  handlerApproves,
  worksWithoutProject,
  splitPayments,
  largeCash,
  withoutInvoice,
];
