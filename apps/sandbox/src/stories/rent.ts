import { typedOn, type ContractFields } from '../world/ledger.js';
import { staffOf } from '../world/people.js';
import type { DayNumber } from '../world/work-time.js';
import { villageOf, type LedgerContext } from './ledger-context.js';

/** Registers one instalment of a contract's rent; returns its number. */
export function registerReceivable(
  ctx: LedgerContext,
  contract: ContractFields,
  dueDay: DayNumber,
  amountFen: number,
  instalment = 1,
): string {
  const { ledger, dice } = ctx;
  const receivableId = ledger.nextId('YS', contract.signedDay);
  const registeredDay = contract.signedDay;
  ledger.put(
    'receivable',
    {
      receivableId,
      village: contract.village,
      contractId: contract.contractId,
      assetId: contract.assetId,
      registeredDay,
      dueDay,
      amountFen,
      instalment,
    },
    typedOn(dice, registeredDay),
  );
  return receivableId;
}

/** Books rent that came in. */
export function receiveRent(
  ctx: LedgerContext,
  contract: ContractFields,
  receivableId: string,
  day: DayNumber,
  amountFen: number,
): void {
  const { ledger, dice, seed } = ctx;
  const place = villageOf(ctx.county, contract.village);
  ledger.put('payment', {
    voucherId: ledger.nextId('PZ', day), village: contract.village, bookedDay: day, direction: 'in', amountFen, account: '发包及上交收入', summary: `收${contract.lessee}${dice.pick(['承包款', '租金', '土地流转费', '租赁费'])}`,
    counterparty: contract.lessee, projectId: null, contractId: contract.contractId, receivableId, handler: staffOf(seed, place.code, 1), approver: staffOf(seed, place.code, 2),
  }, typedOn(dice, day)); // prettier-ignore
}

/** One or two instalments, each paid in time: in full, or in two parts, the last no later than 25 days after it was due. */
export function payRentInTime(ctx: LedgerContext, contract: ContractFields): void {
  const { dice } = ctx;
  const halves = dice.chance(0.4);
  const first = halves ? Math.floor(contract.annualFen / 2) : contract.annualFen;
  const amounts = halves ? [first, contract.annualFen - first] : [first];
  amounts.forEach((amountFen, i) => {
    // The first rent comes with the signing: within 30 days of a deal on the market something is received.
    const dueDay = i === 0 ? contract.signedDay + dice.int(3, 8) : contract.startsDay + dice.int(5, 40) + i * 182;
    const receivableId = registerReceivable(ctx, contract, dueDay, amountFen, i + 1);
    const paidDay = Math.max(contract.signedDay + 1, dueDay + dice.int(-8, i === 0 ? 8 : 20));
    if (amountFen > 1_000 && dice.chance(0.2)) {
      const part = Math.floor(amountFen * 0.6);
      receiveRent(ctx, contract, receivableId, paidDay, part);
      receiveRent(ctx, contract, receivableId, paidDay + dice.int(1, 5), amountFen - part);
    } else {
      receiveRent(ctx, contract, receivableId, paidDay, amountFen);
    }
  });
}
