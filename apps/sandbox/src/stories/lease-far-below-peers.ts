import { exportedAtMs, type ContractFields } from '../world/ledger.js';
import { startOfDayMs } from '../world/work-time.js';
import { havePeers, lately } from './field-prices.js';
import { leaseTerms, registerAsset, signContract, type LeaseTerms } from './lease.js';
import { YUAN, type LedgerContext, type LedgerTeller } from './ledger-context.js';
import { payRentInTime } from './rent.js';

const rule = 'lease-far-below-peers';
const kind = 'contracting';

/** A field let for far less a mu than the others of the township. */
export const leaseFarBelowPeers: LedgerTeller = {
  rule,
  problem(ctx) {
    const { dice, truth, day } = ctx;
    const village = ctx.village(dice);
    letPeers(ctx, village);
    lately(ctx, 'fieldsLet', village).low.push(day);
    const yuanPerMu = dice.int(300, 560);
    const { contractId } = letField(ctx, field(ctx, village, yuanPerMu));
    truth.addProblem(
      {
        rule,
        scope: () => contractId,
        fromMs: startOfDayMs(day),
        toMs: null,
        story: `每亩 ${yuanPerMu} 元左右，同类 850 元以上`,
      },
      [],
      exportedAtMs(day),
    );
  },
  lookalike: (ctx) => ctx.dice.pick([somewhatCheaper, houseWithoutArea, investment, wasteland])(ctx),
};

/** Land with the area that makes the price of a mu; its total stays below the market threshold. */
function field(ctx: LedgerContext, village: number, yuanPerMu: number): LeaseTerms {
  const terms = leaseTerms(ctx, false);
  return { ...terms, village, assetKind: '耕地', areaMu: Math.round((terms.annualFen * 100) / (yuanPerMu * YUAN)) / 100 };
}

function letField(ctx: LedgerContext, terms: LeaseTerms, more: Partial<ContractFields> = { kind }): ContractFields {
  registerAsset(ctx, terms, ctx.day, true);
  const contract = signContract(ctx, terms, ctx.day, more);
  payRentInTime(ctx, contract);
  return contract;
}

function letPeers(ctx: LedgerContext, village: number): void {
  havePeers(ctx, 'fieldsLet', village, () => letField(ctx, field(ctx, village, ctx.dice.int(860, 1_170))));
}

function look(ctx: LedgerContext, contract: ContractFields, why: string): void {
  ctx.truth.addLookalike({ rule, scope: () => contract.contractId, why }, [], exportedAtMs(ctx.day));
}

/** Less than everybody else pays, and yet more than seven tenths of the most that a median can be. */
function somewhatCheaper(ctx: LedgerContext): void {
  const village = ctx.village(ctx.dice);
  letPeers(ctx, village);
  look(ctx, letField(ctx, field(ctx, village, ctx.dice.int(832, 845))), '比同类便宜，但不到三成');
}

/** A whole house for little money: without an area there is nothing to compare. */
function houseWithoutArea(ctx: LedgerContext): void {
  const terms = { ...leaseTerms(ctx, false), assetKind: '仓库', areaMu: null };
  look(ctx, letField(ctx, terms, { kind: 'lease' }), '没有面积，无法按亩比较');
}

/** As cheap as the problems, of a kind that is let at such prices. */
function wasteland(ctx: LedgerContext): void {
  const village = ctx.village(ctx.dice);
  letPeers(ctx, village);
  const terms = { ...field(ctx, village, ctx.dice.int(400, 420)), assetKind: '荒滩' };
  look(ctx, letField(ctx, terms), '荒滩，与耕地不是一类，荒滩都是这个价');
}

function investment(ctx: LedgerContext): void {
  const village = ctx.village(ctx.dice);
  const contract = signContract(ctx, field(ctx, village, 200), ctx.day, { kind: 'investment', assetId: null });
  look(ctx, contract, '入股合作合同，年收益不是租金');
}
