import { typedOn, type ContractFields } from '../world/ledger.js';
import type { DayNumber } from '../world/work-time.js';
import type { LedgerContext } from './ledger-context.js';

/** Posts a contract at the village's board for so many days; typed in on its day, at the earliest today. Returns its number. */
export function postNotice(ctx: LedgerContext, contract: ContractFields, postedDay: DayNumber, days: number): string {
  const { village, contractId, name } = contract;
  return put(ctx, { village, subject: 'contract', title: `${name}公示`, contractId }, postedDay, days);
}

/** Something else at the board of the village: it shows that the village's notices are told at all. */
export function postAccounts(ctx: LedgerContext, village: number, postedDay: DayNumber): void {
  put(ctx, { village, subject: 'finance', title: '财务收支公示', contractId: null }, postedDay, 10);
}

function put(
  { ledger, dice, day }: LedgerContext,
  what: { village: number; subject: 'contract' | 'finance'; title: string; contractId: string | null },
  postedDay: DayNumber,
  days: number,
): string {
  const noticeId = ledger.nextId('GS', postedDay);
  ledger.put('notice', { noticeId, ...what, postedDay, endsDay: postedDay + days }, typedOn(dice, Math.max(day, postedDay)));
  return noticeId;
}
