import { typedOn, type ContractFields } from '../world/ledger.js';
import type { DayNumber } from '../world/work-time.js';
import type { LedgerContext } from './ledger-context.js';

/** Villagers' representatives of one village. */
const EXPECTED = 30;

/** Writes down a vote on a contract; typed in on its day, at the earliest today. */
export function vote(ctx: LedgerContext, contract: ContractFields, heldDay: DayNumber, attended: number, agreed: number): void {
  const { ledger, dice, day } = ctx;
  const { village, contractId, name } = contract;
  const voteId = ledger.nextId('JC', heldDay);
  const fields = { voteId, village, heldDay, matter: `关于${name}的表决`, expected: EXPECTED, attended, agreed, contractId };
  ledger.put('vote', fields, typedOn(dice, Math.max(day, heldDay)));
}
