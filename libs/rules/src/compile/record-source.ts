import { toWire, type AnyRecord, type Contract } from '@tianyan/contracts';
import type { EpochMs } from '@tianyan/kernel';
import { currentTable, givenRows, latestKnownAt, scopeTable } from '@tianyan/warehouse';

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

/** A record that nobody has accepted yet. */
export interface GivenRecord {
  type: string;
  record: AnyRecord;
}

/** They travel with each query, and are read anew by each: a page of an upload, and many times the records of an example. */
export const MAX_PREVIEWED_RECORDS = 1_000;

/**
 * The records as they would be with the given ones among them: of one id the given one stands, the last where there are several; a deletion takes it away.
 * Without what they are laid over they are all that there is. Throws RangeError for too many.
 * @param over null: nothing
 */
export function preview(given: readonly GivenRecord[], over: RecordSource | null): RecordSource {
  if (given.length > MAX_PREVIEWED_RECORDS)
    throw new RangeError(`${given.length} records in a preview, at most ${MAX_PREVIEWED_RECORDS}`);
  const places = new Map([...new Set(given.map(({ type }) => type))].map((type, i) => [type, i]));
  const params: Record<string, unknown> = { ...over?.params };
  for (const [type, place] of places) {
    const byId = new Map(given.flatMap((one) => (one.type === type ? [[one.record.id, one.record] as const] : [])));
    params[`given${place}`] = [...byId.values()].flatMap((record) => (record.op === 'delete' ? [] : [toWire(record)]));
    params[`givenIds${place}`] = [...byId.keys()];
  }
  return {
    rows(contract, fields) {
      const place = places.get(contract.type);
      const under = over?.rows(contract, fields) ?? null;
      if (place === undefined && under) return under;
      const lines = place === undefined ? "CAST([], 'Array(String)')" : `{given${place}:Array(String)}`;
      const current = under && { from: under.from, ids: `{givenIds${place}:Array(String)}` };
      return { from: `(${givenRows(contract, lines, current)})`, leading: 0, sorted: [] };
    },
    params,
  };
}
