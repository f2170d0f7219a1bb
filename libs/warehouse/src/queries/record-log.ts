import type { Contract } from '@tianyan/contracts';
import type { EpochMs } from '@tianyan/kernel';
import { logTable } from '../names.js';
import type { SqlQuery } from '../port.js';

/** Points at one version of one record of a known type. */
export interface VersionRef {
  id: string;
  version: number;
  streamOffset: number;
}

/** Versions of one call; a finding keeps far fewer. */
export const MAX_EVIDENCE_REFS = 1_000;

/** Versions of one record that are shown; a record with more is a source out of control, and the newest say so. */
export const MAX_HISTORY_VERSIONS = 1_000;

/** One accepted version as it stands in the log, with its envelope; the contract's fields stand beside these. */
export interface LogRow extends VersionRef {
  source: string;
  op: 'upsert' | 'delete';
  atMs: EpochMs;
  receivedAtMs: EpochMs;
  hash: string;
  batch: string;
  raw: string;
}

// Rows that a source sent; tombstones are copies made by the writer. A batch that was cut off may stand there twice.
const ACCEPTED = 'tombstone = 0';
const ONE_OF_EACH = 'LIMIT 1 BY id, version, streamOffset';

/** Columns of a log row; the internal ones (`ver`, `deleted`, `tombstone`) stay inside. */
function logColumns(contract: Contract): string {
  const envelope = ['id', 'source', 'version', 'op', 'atMs', 'receivedAtMs', 'hash', 'batch', 'streamOffset', 'raw'];
  return [...envelope, ...Object.keys(contract.fields)].join(', ');
}

/** The rows that proved something, with raw text, in the order of the events. Rows: {@link LogRow} and the fields. */
export function evidenceRows(contract: Contract, refs: readonly VersionRef[]): SqlQuery {
  if (refs.length > MAX_EVIDENCE_REFS) throw new RangeError(`at most ${MAX_EVIDENCE_REFS} evidence rows a call`);
  return {
    sql: `SELECT ${logColumns(contract)} FROM ${logTable(contract.type)}
      WHERE ${ACCEPTED} AND id IN {ids:Array(String)}
        AND (id, version, streamOffset) IN arrayZip({ids:Array(String)}, {versions:Array(Int64)}, {offsets:Array(Int64)})
      ORDER BY atMs, id, version, streamOffset ${ONE_OF_EACH}`,
    params: {
      ids: refs.map((ref) => ref.id),
      versions: refs.map((ref) => ref.version),
      offsets: refs.map((ref) => ref.streamOffset),
    },
  };
}

/** Every accepted version of one record, newest first. Rows: {@link LogRow} and the fields. */
export function recordHistory(contract: Contract, id: string): SqlQuery {
  return {
    sql: `SELECT ${logColumns(contract)} FROM ${logTable(contract.type)} WHERE ${ACCEPTED} AND id = {id:String}
      ORDER BY version DESC, streamOffset DESC ${ONE_OF_EACH} LIMIT ${MAX_HISTORY_VERSIONS}`,
    params: { id },
  };
}

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
