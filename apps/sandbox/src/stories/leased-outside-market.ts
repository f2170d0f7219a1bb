import { exportedAtMs } from '../world/ledger.js';
import { startOfDayMs } from '../world/work-time.js';
import { leaseTerms, listAndDeal, registerAsset, signContract, totalOf } from './lease.js';
import { MARKET_THRESHOLD_FEN, type LedgerContext, type LedgerTeller } from './ledger-context.js';
import { payRentInTime } from './rent.js';

const rule = 'leased-outside-market';

/** Let above the threshold, and no deal in the trading system 30 days after signing. */
export const leasedOutsideMarket: LedgerTeller = {
  rule,
  problem(ctx) {
    const { dice, truth, day } = ctx;
    const terms = dice.chance(0.3) ? atThreshold(ctx) : leaseTerms(ctx, true);
    registerAsset(ctx, terms, day, true);
    const contractId = ctx.ledger.nextId('HT', day);
    const contract = signContract(ctx, terms, day, { contractId });
    payRentInTime(ctx, contract);
    const fromMs = startOfDayMs(day + 31) + 1;
    let toMs: number | null = null;
    let endSettledAtMs = 0;
    if (dice.chance(0.25)) {
      const dealtDay = day + 31 + dice.int(5, 40);
      listAndDeal(ctx, terms, { opensDay: dealtDay - 12, dealtDay }, { contractId });
      toMs = startOfDayMs(dealtDay); // put right afterwards
      endSettledAtMs = exportedAtMs(dealtDay);
    }
    truth.addProblem(
      {
        rule,
        scope: () => contractId,
        fromMs,
        toMs,
        endSettledAtMs,
        story: `合同总价 ${totalOf(terms) / 100} 元，签订 30 天后仍无成交记录`,
      },
      [],
      exportedAtMs(day),
    );
  },
  lookalike: (ctx) => ctx.dice.pick([justBelow, worksContract, dealByListingOnly, dealAfterSigning])(ctx),
};

/** Terms whose total is the threshold, to the fen. */
function atThreshold(ctx: LedgerContext) {
  const terms = leaseTerms(ctx, true);
  const annualFen = MARKET_THRESHOLD_FEN / 2;
  // The price of a mu stays: another one would make it a lease far below its peers.
  const areaMu = terms.areaMu === null ? null : Math.round((terms.areaMu * annualFen * 100) / terms.annualFen) / 100;
  return { ...terms, termMonths: 24, annualFen, areaMu };
}

function look(ctx: LedgerContext, contractId: string, why: string): void {
  ctx.truth.addLookalike({ rule, scope: () => contractId, why }, [], exportedAtMs(ctx.day));
}

function justBelow(ctx: LedgerContext): void {
  const terms = atThreshold(ctx);
  registerAsset(ctx, terms, ctx.day, true);
  const contract = signContract(ctx, terms, ctx.day, { totalFen: MARKET_THRESHOLD_FEN - 1 });
  payRentInTime(ctx, contract);
  look(ctx, contract.contractId, '合同总价差 1 分不到限额');
}

function worksContract(ctx: LedgerContext): void {
  const contract = signContract(ctx, leaseTerms(ctx, true), ctx.day, {
    kind: ctx.dice.pick(['works', 'service'] as const),
    assetId: null,
  });
  look(ctx, contract.contractId, '工程、劳务合同，不属于出租发包');
}

/** The deal does not name the contract; the contract names the listing. */
function dealByListingOnly(ctx: LedgerContext): void {
  const terms = leaseTerms(ctx, true);
  registerAsset(ctx, terms, ctx.day, true);
  const { listingId } = listAndDeal(ctx, terms, { opensDay: ctx.day, dealtDay: ctx.day + 9 });
  const contract = signContract(ctx, terms, ctx.day + 12, { listingId });
  payRentInTime(ctx, contract);
  look(ctx, contract.contractId, '成交记录没有合同编号，但与合同的进场项目编号一致');
}

function dealAfterSigning(ctx: LedgerContext): void {
  const terms = leaseTerms(ctx, true);
  registerAsset(ctx, terms, ctx.day, true);
  const contract = signContract(ctx, terms, ctx.day);
  listAndDeal(
    ctx,
    terms,
    { opensDay: ctx.day + 10, dealtDay: ctx.day + ctx.dice.int(24, 29) },
    { contractId: contract.contractId },
  );
  payRentInTime(ctx, contract);
  look(ctx, contract.contractId, '签订后 30 天内补办了进场交易');
}
