import type { Contract } from '@tianyan/contracts';
import type { EpochMs } from '@tianyan/kernel';
import { logTable } from '../names.js';
import type { SqlQuery } from '../port.js';

// Rows that a source sent; tombstones are copies made by the writer.
const ACCEPTED = 'tombstone = 0';

/**
 * The current table as it was known at an instant (by `receivedAtMs`): the newest version of each id that had been
 * received, without the deleted ones. A subquery for a backtest, in the place of the current table; has one parameter.
 */
export function latestKnownAt(contract: Contract, knownAtMs: EpochMs): SqlQuery {
  return {
    sql: `SELECT * FROM (SELECT * FROM ${logTable(contract.type)} WHERE ${ACCEPTED} AND receivedAtMs <= {knownAtMs:Int64}
      ORDER BY version DESC, streamOffset DESC LIMIT 1 BY id) WHERE op = 'upsert'`,
    params: { knownAtMs },
  };
}
