import { readCreditCode } from '../credit-code.js';
import { saysNothing } from './cells.js';
import { CreditCodeProblem, LeftOutProblem, ValueProblem } from './problems.js';
import type { Cell } from './rows.js';
import type { ReadValue } from './values.js';

/**
 * The credit code as it is kept, however it was written. What is none is left out and told, and the record is taken: without a payment because of the
 * number of the payee, somebody would seem not to have paid.
 */
export function creditCodeReader(read: ReadValue): ReadValue {
  return (scope) => {
    const value = cellOf(read, scope);
    if (value === null || (typeof value === 'string' && saysNothing(value))) return null;
    const code = readCreditCode(String(value));
    if (code === null) throw new CreditCodeProblem();
    return code;
  };
}

/** A number that a spreadsheet has rounded is no reason to refuse the row either. */
function cellOf(read: ReadValue, scope: Parameters<ReadValue>[0]): Cell {
  try {
    return read(scope);
  } catch (error) {
    if (!(error instanceof ValueProblem) || error instanceof LeftOutProblem) throw error;
    throw new CreditCodeProblem();
  }
}
