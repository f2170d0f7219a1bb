import { DAY_MS, HOUR_MS } from '@tianyan/kernel';
import { typedOn, type PaymentFields } from '../world/ledger.js';
import { firmName, personName, staffOf } from '../world/people.js';
import { isWorkday, startOfDayMs } from '../world/work-time.js';
import { categoryOf, leaseTerms, listAndDeal, registerAsset, signContract } from './lease.js';
import { villageOf, YUAN, type LedgerContext } from './ledger-context.js';
import { payProject, registerProject } from './paid-not-mended.js';
import { payRentInTime } from './rent.js';
import { vote } from './vote.js';

/** A lease as it should be: above the threshold it went through the market on the contract's own terms, and the rent comes in. */
export function ordinaryLease(ctx: LedgerContext, traded: boolean): void {
  const { dice, ledger, day } = ctx;
  const terms = leaseTerms(ctx, traded);
  registerAsset(ctx, terms, day, true);
  if (!traded) {
    payRentInTime(ctx, signContract(ctx, terms, day));
    return;
  }
  const dealtDay = day + dice.int(8, 14);
  const signedDay = dealtDay + dice.int(1, 6);
  const contractId = ledger.nextId('HT', signedDay);
  const { listingId } = listAndDeal(
    ctx,
    terms,
    { opensDay: day, dealtDay },
    { contractId: dice.chance(0.8) ? contractId : null },
  );
  const contract = signContract(ctx, terms, signedDay, { contractId, listingId });
  if (dice.chance(0.5)) vote(ctx, contract, day, dice.int(20, 30), dice.int(16, 20));
  payRentInTime(ctx, contract);
}

/** Contracts that no market rule is about. */
export function ordinaryOtherContract(ctx: LedgerContext): void {
  const { dice } = ctx;
  const kind = dice.pick(['works', 'service', 'investment'] as const);
  const names = { works: '工程施工合同', service: '保洁服务合同', investment: '入股合作协议' };
  const terms = leaseTerms(ctx, dice.chance(0.3));
  signContract(ctx, { ...terms, lessee: firmName(dice) }, ctx.day, {
    kind,
    assetId: null,
    areaMu: null,
    name: `${villageOf(ctx.county, terms.village).name}${names[kind]}`,
  });
}

/** A listing that nobody wanted. */
export function failedListing(ctx: LedgerContext): void {
  const { dice, ledger, day, county } = ctx;
  const terms = leaseTerms(ctx, true);
  const place = villageOf(county, terms.village);
  const listing = {
    listingId: ledger.nextId('XSCQ', day), village: terms.village, assetId: null, title: `${place.township.name}${place.name}${terms.assetKind}出租项目`, category: categoryOf(terms.assetKind), areaMu: terms.areaMu,
    termMonths: terms.termMonths, floorFen: terms.annualFen, depositFen: 10_000 * YUAN, opensDay: day, closesDay: day + 8, publishedAtMs: startOfDayMs(day) + 9 * HOUR_MS,
  }; // prettier-ignore
  ledger.trade('LISTING', { ...listing, state: 'OPEN' }, listing.publishedAtMs + dice.int(500, 90_000));
  ledger.trade(
    'LISTING',
    { ...listing, state: dice.chance(0.7) ? 'FAILED' : 'WITHDRAWN' },
    startOfDayMs(day + 9) + 9 * HOUR_MS + dice.int(0, 90_000),
  );
}

/** A project that is paid bit by bit; once four fifths are paid, nobody complains of that place any more. */
export function ordinaryProject(ctx: LedgerContext): void {
  const { dice, day } = ctx;
  const finishedDay = day + dice.int(15, 60);
  const project = registerProject(ctx, '已验收', finishedDay);
  if (!project) return;
  payProject(ctx, project, day + dice.int(2, 8), (project.contractFen * 30) / 100, '工程预付款');
  const settled = dice.chance(0.55);
  payProject(ctx, project, finishedDay, (project.contractFen * 40) / 100, '工程进度款');
  if (!settled) return;
  const paidDay = finishedDay + dice.int(5, 30);
  payProject(ctx, project, paidDay, (project.contractFen * 27) / 100, '工程结算款');
  ctx.blockPlace(project.village, project.matter, startOfDayMs(paidDay));
}

const EXPENSES: readonly (readonly [account: string, summary: string, least: number, most: number])[] = [
  ['管理费用', '购办公用品', 80, 900], ['管理费用', '付村部电费', 200, 2_600], ['管理费用', '付电话宽带费', 100, 400], ['管理费用', '报差旅费', 60, 800],
  ['公益支出', '付保洁员工资', 1_800, 7_900], ['公益支出', '慰问困难群众', 300, 6_000], ['公益支出', '付路灯电费', 300, 4_000], ['公益支出', '疏通下水道人工费', 400, 3_000],
  ['农业支出', '付灌溉电费', 500, 7_900], ['农业支出', '购防汛物资', 600, 7_900], ['管理费用', '付村干部误工补贴', 500, 4_500], ['管理费用', '付报刊费', 300, 2_000],
  ['固定资产', '购空调一台', 2_300, 5_800], ['公益支出', '文化活动支出', 500, 5_000],
]; // prettier-ignore
const INCOMES: readonly (readonly [account: string, summary: string, least: number, most: number])[] = [
  ['补助收入', '上级拨付运转经费', 5_000, 60_000], ['补助收入', '收环境整治奖补资金', 3_000, 40_000], ['其他收入', '收银行利息', 5, 900], ['经营收入', '收村部门面租金押金', 500, 6_000],
  ['其他收入', '收废旧物资款', 50, 1_500],
]; // prettier-ignore

/** A payment that belongs to no contract and no project. */
export function ordinaryPayment(ctx: LedgerContext, village: number): void {
  const { dice, ledger, day, county, seed } = ctx;
  const out = dice.chance(0.82);
  const [account, summary, least, most] = dice.pick(out ? EXPENSES : INCOMES);
  const code = villageOf(county, village).code;
  const fields: PaymentFields = {
    voucherId: ledger.nextId('PZ', day), village, bookedDay: day, direction: out ? 'out' : 'in', amountFen: dice.int(least * YUAN, most * YUAN), account, summary,
    counterparty: dice.chance(0.75) ? (dice.chance(0.5) ? personName(dice) : firmName(dice)) : null, projectId: null, contractId: null, receivableId: null,
    handler: dice.chance(0.95) ? staffOf(seed, code, dice.int(0, 1)) : null, approver: dice.chance(0.9) ? staffOf(seed, code, 3) : null,
  }; // prettier-ignore
  const typedAtMs = typedOn(dice, day);
  const roll = dice.next();
  if (roll < 0.012) {
    // Booked in a neighbour's ledger first, moved when somebody noticed.
    ledger.put('payment', { ...fields, village: ctx.village(dice) }, typedAtMs);
    ledger.put('payment', fields, typedAtMs + dice.int(1, 60) * HOUR_MS, { corrected: true });
  } else if (roll < 0.022) {
    ledger.put('payment', { ...fields, bookedDay: day - 1, amountFen: fields.amountFen * 10 }, typedAtMs);
    ledger.put('payment', fields, typedAtMs + dice.int(1, 60) * HOUR_MS, { corrected: true });
  } else if (roll < 0.026) {
    ledger.put('payment', fields, typedAtMs);
    ledger.put('payment', fields, typedAtMs + dice.int(1, 12) * DAY_MS, { deleted: true });
  } else if (roll < 0.05) {
    ledger.put('payment', fields, typedAtMs + dice.int(1, 15) * DAY_MS); // typed in late
  } else if (roll < 0.062) {
    ledger.put('payment', fields, typedAtMs, { malformed: true });
    if (dice.chance(0.5)) ledger.put('payment', fields, typedAtMs + dice.int(2, 50) * HOUR_MS, { corrected: true });
  } else {
    ledger.put('payment', fields, typedAtMs);
  }
}

/** Villages book on working days, most at the end of a month. */
export function bookingFactor(day: number): number {
  if (!isWorkday(day)) return 0.15;
  return new Date(startOfDayMs(day) + 12 * HOUR_MS).getUTCDate() >= 25 ? 2 : 1.1;
}
