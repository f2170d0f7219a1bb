import { exportedAtMs } from '../world/ledger.js';
import { startOfDayMs } from '../world/work-time.js';
import { leaseTerms, listAndDeal, registerAsset, signContract } from './lease.js';
import type { LedgerContext, LedgerTeller } from './ledger-context.js';
import { payRentInTime } from './rent.js';

const rule = 'contract-differs-from-deal';

/** The contract in the village's ledger has another price or term than the deal on the market. */
export const contractDiffersFromDeal: LedgerTeller = {
  rule,
  problem(ctx) {
    const { dice, truth, day, ledger } = ctx;
    const terms = leaseTerms(ctx, true);
    registerAsset(ctx, terms, day, true);
    const signedDay = day + dice.int(9, 14);
    const contractId = ledger.nextId('HT', signedDay);
    const byTerm = dice.chance(0.4);
    const other = byTerm
      ? { termMonths: terms.termMonths + dice.pick([-12, 12, 24]) }
      : { annualFen: terms.annualFen + dice.pick([1, 100_000, 250_000, 33_300]) };
    const byListing = dice.chance(0.4);
    const { listingId } = listAndDeal(
      ctx,
      terms,
      { opensDay: day, dealtDay: day + 8 },
      { ...other, contractId: byListing ? null : contractId },
    );
    const contract = signContract(ctx, terms, signedDay, { contractId, ...(byListing && { listingId }) });
    payRentInTime(ctx, contract);
    const story = byTerm ? '合同期限与成交期限不同' : '合同年租金与成交价不同';
    truth.addProblem(
      { rule, scope: () => contractId, fromMs: startOfDayMs(signedDay), toMs: null, story },
      [],
      exportedAtMs(signedDay),
    );
  },
  lookalike: (ctx) => (ctx.dice.chance(0.5) ? secondDealFits(ctx) : linkedTwice(ctx)),
};

/** The first winner backed out; the deal after the second round is the one that counts. */
function secondDealFits(ctx: LedgerContext): void {
  const { dice, ledger, day } = ctx;
  const terms = leaseTerms(ctx, true);
  registerAsset(ctx, terms, day, true);
  const contractId = ledger.nextId('HT', day + 20);
  listAndDeal(
    ctx,
    terms,
    { opensDay: day, dealtDay: day + 7 },
    { contractId, annualFen: terms.annualFen + dice.int(1, 9) * 50_000 },
  );
  listAndDeal(ctx, terms, { opensDay: day + 9, dealtDay: day + 16 }, { contractId });
  const contract = signContract(ctx, terms, day + 20, { contractId });
  payRentInTime(ctx, contract);
  ctx.truth.addLookalike({ rule, scope: () => contractId, why: '两次成交，第二次与合同一致' }, [], exportedAtMs(day + 20));
}

/** Linked by contract number and by listing, total rounded to whole yuan: price and term are equal all the same. */
function linkedTwice(ctx: LedgerContext): void {
  const { ledger, day } = ctx;
  const terms = leaseTerms(ctx, true);
  registerAsset(ctx, terms, day, true);
  const contractId = ledger.nextId('HT', day + 11);
  const { listingId } = listAndDeal(ctx, terms, { opensDay: day, dealtDay: day + 8 }, { contractId });
  const totalFen = Math.round((terms.annualFen * terms.termMonths) / 12 / 10_000) * 10_000 + 10_000;
  const contract = signContract(ctx, terms, day + 11, { contractId, listingId, totalFen });
  payRentInTime(ctx, contract);
  ctx.truth.addLookalike(
    { rule, scope: () => contractId, why: '只是总价取整，年租金和期限与成交一致' },
    [],
    exportedAtMs(day + 11),
  );
}
