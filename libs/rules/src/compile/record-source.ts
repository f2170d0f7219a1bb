import type { Contract } from '@tianyan/contracts';
import type { EpochMs } from '@tianyan/kernel';
import { currentTable, latestKnownAt, scopeTable } from '@tianyan/warehouse';

/**
 * Where the records of an evaluation come from. Whatever reads records for a rule, in the process or by SQL, asks the source
 * what stands behind its FROM; nothing else of the compiler names a table of records.
 */
export interface RecordSource {
  /**
   * The newest version of each living record of the type, by preference sorted by these fields. Records in which one of them is empty
   * may be left out: whoever wants those too names no fields.
   */
  rows(contract: Contract, fields: readonly string[]): SourceRows;
  /** Values that the rows ask for, beside those of a query. */
  params: Readonly<Record<string, unknown>>;
}

export interface SourceRows {
  /** What follows FROM: a table or a subquery. It has all columns of a current table. */
  from: string;
  /** How many of the fields lead its sort key: a filter on them skips the other rows. */
  leading: number;
  /** Fields of its sort key, before the instant. */
  sorted: readonly string[];
}

/** The records as they are now: the copy of the current table that finds the fields fastest. */
export const CURRENT_RECORDS: RecordSource = {
  rows(contract, fields) {
    for (let leading = fields.length; leading > 0; leading--) {
      const prefix = fields.slice(0, leading);
      const sorted = contract.scopes.find((scope) => leading <= scope.length && prefix.every((field, i) => scope[i] === field));
      if (sorted) return { from: `${scopeTable(contract, prefix)} FINAL`, leading, sorted };
    }
    return { from: `${currentTable(contract.type)} FINAL`, leading: 0, sorted: contract.scopes[0] ?? [] };
  },
  params: {},
};

/**
 * The records as they were known at an instant: those received until then (`receivedAtMs`, on the county's clock), whatever has
 * come since. Every query reads the whole log of its types: for looking back, not for live work.
 */
export function asKnownAt(knownAtMs: EpochMs): RecordSource {
  return {
    rows: (contract) => ({ from: `(${latestKnownAt(contract, knownAtMs).sql})`, leading: 0, sorted: [] }),
    params: { knownAtMs },
  };
}
