import { exportedAtMs } from '../world/ledger.js';
import { startOfDayMs } from '../world/work-time.js';
import { leaseTerms, registerAsset, signContract } from './lease.js';
import type { LedgerContext, LedgerTeller } from './ledger-context.js';
import { receiveRent, registerReceivable } from './rent.js';

const rule = 'rent-unpaid-in-use';

/** Rent due and not received for 30 days while the asset is in use. */
export const rentUnpaidInUse: LedgerTeller = {
  rule,
  problem(ctx) {
    const { dice, truth } = ctx;
    const { contract, dueDay, receivableId } = begin(ctx, true);
    const fromMs = startOfDayMs(dueDay + 31) + 1;
    let toMs: number | null = null;
    let endSettledAtMs = 0;
    let story = '应收日后 30 天分文未收，资产在用';
    const partly = dice.chance(0.4) ? Math.floor(contract.annualFen * 0.5) : 0;
    if (partly > 0) {
      receiveRent(ctx, contract, receivableId, dueDay + 4, partly);
      story = '只收到一半租金，资产在用';
    }
    if (dice.chance(0.3)) {
      const paidDay = dueDay + 31 + dice.int(3, 40);
      receiveRent(ctx, contract, receivableId, paidDay, contract.annualFen - partly);
      toMs = startOfDayMs(paidDay);
      endSettledAtMs = exportedAtMs(paidDay);
    }
    truth.addProblem(
      { rule, scope: () => receivableId, fromMs, toMs, endSettledAtMs, story },
      [],
      exportedAtMs(contract.signedDay),
    );
  },
  lookalike: (ctx) => ctx.dice.pick([notInUse, twoParts, overpaid])(ctx),
};

/** A lease below the market threshold, so that nothing else can be wrong with it. */
function begin(ctx: LedgerContext, inUse: boolean) {
  const terms = leaseTerms(ctx, false);
  registerAsset(ctx, terms, ctx.day, inUse);
  const contract = signContract(ctx, terms, ctx.day);
  const dueDay = ctx.day + ctx.dice.int(1, 4);
  return { contract, dueDay, receivableId: registerReceivable(ctx, contract, dueDay, contract.annualFen) };
}

function look(ctx: LedgerContext, receivableId: string, why: string, settledDay: number): void {
  ctx.truth.addLookalike({ rule, scope: () => receivableId, why }, [], exportedAtMs(settledDay));
}

function notInUse(ctx: LedgerContext): void {
  const { receivableId, dueDay } = begin(ctx, false);
  look(ctx, receivableId, '欠租，但资产没有在用', ctx.day);
  const unused = { rule: 'rent-unpaid-not-in-use', fromMs: startOfDayMs(dueDay + 31) + 1, toMs: null } as const;
  ctx.truth.addProblem({ ...unused, scope: () => receivableId, story: '欠租，资产没有在用' }, [], exportedAtMs(ctx.day));
}

function twoParts(ctx: LedgerContext): void {
  const { contract, dueDay, receivableId } = begin(ctx, true);
  const first = Math.floor(contract.annualFen / 3);
  receiveRent(ctx, contract, receivableId, dueDay + 10, first);
  receiveRent(ctx, contract, receivableId, dueDay + 29, contract.annualFen - first);
  look(ctx, receivableId, '分两次付清，最后一次在第 29 天', dueDay + 29);
}

function overpaid(ctx: LedgerContext): void {
  const { contract, dueDay, receivableId } = begin(ctx, true);
  receiveRent(ctx, contract, receivableId, dueDay + 27, contract.annualFen + 1);
  look(ctx, receivableId, '第 27 天多付 1 分', dueDay + 27);
}
