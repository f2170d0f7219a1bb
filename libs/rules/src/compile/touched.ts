import { isPeriodField, isRowKey, periodOf, type Catalogue, type Contract, type RowKeys } from '@tianyan/contracts';
import { logTable, type SqlQuery } from '@tianyan/warehouse';
import { z } from 'zod';
import type { RuleDefinition } from '../language/rule.js';
import { column } from './columns.js';
import { BATCHES } from './params.js';
import { CURRENT_RECORDS, type RecordSource } from './record-source.js';
import { scopeKey } from '../scope-key.js';
import { isScopePart, rowScopeSql, scopeFields, scopePresentSql } from './scope.js';
import { inputOf } from './timeline.js';
import { ANYTHING, isWanted, ofAny, wantedSql, wantedValues, type WantedValues } from './wanted-values.js';
import { Filtering, waySelects, whereClause } from './way-sql.js';

/** A row of {@link touchedSql}. */
export const touchedScopeSchema = z.object({ scope: z.string() });

/**
 * Scopes of a group that batches of one type touch. What a batch brought stands in the log, whatever the source of the records; who
 * carries a key is looked up in the source.
 *
 * Own records: every row of the batches names its scope, tombstones too. A tombstone is a full copy of a row that stood
 * before, so a record that moved to another scope touches both. Rows that no input can want ({@link WantedValues}) touch nothing: a record that
 * stops satisfying a condition touches its scope by the row that satisfied it. It is what a reading of the scope leaves out as well; other
 * conditions are not looked at here.
 *
 * Linked records: from the keys in the batch (old and new, by the tombstones) to the subjects that carry them *now*, and to
 * their scopes. A subject that is not there yet is no loss: when it arrives, its own batch touches its own scope, and the
 * evaluation then reads the linked records that arrived before it. A subject that left a key has touched its scopes by its
 * own batch likewise. So whichever of the two lands last evaluates the scope with both in place.
 */
export function touchedSql({ contract, ways }: Touching, batches: readonly string[], records: RecordSource): SqlQuery {
  const { type } = contract;
  const params: Record<string, string> = {};
  const selects = ways.map((way, i) => {
    const wanted = wantedSql(way.wantedOfRows, contract, `wanted${i}_`);
    Object.assign(params, wanted.params);
    const landed = [`batch IN (SELECT arrayJoin(${BATCHES}))`, ...wanted.conditions.map(({ sql }) => sql)];
    return way.kind === 'own'
      ? `SELECT ${rowScopeSql(contract, way.fields)} AS scope FROM ${logTable(type)} WHERE ${[...landed, scopePresentSql(contract, way.fields)].join(' AND ')}`
      : linkedScopes(way, keysInLog(contract, way.own, landed), records);
  });
  return { sql: distinct(selects), params: { ...records.params, ...params, batches } };
}

/** What a batch touches by the codes of its rows; the same as {@link touchedSql} finds in the log. */
export interface TouchedByKeys {
  /** By their own records. */
  scopes: string[];
  /** `SELECT DISTINCT scope` of those by records that they are linked to; null: there is nothing to look up. */
  linked: SqlQuery | null;
}

/** Null where the codes of a row do not say which scopes it belongs to: a part of the scope is no code. */
export function touchedByKeys(
  { contract, ways }: Touching,
  rows: readonly RowKeys[],
  records: RecordSource,
): TouchedByKeys | null {
  const named = (field: string) => isRowKey(contract, field) || isPeriodField(field);
  if (!ways.every((way) => (way.kind === 'own' ? way.fields : way.own).every(named))) return null;
  // Announced by a writer of before, which did not name the day.
  const asksPeriod = ways.some((way) => (way.kind === 'own' ? way.fields : way.own).some(isPeriodField));
  if (asksPeriod && rows.some((row) => row['atDay'] === undefined)) return null;
  const scopes = new Set<string>();
  const params: Record<string, readonly string[]> = {};
  const selects: string[] = [];
  for (const way of ways) {
    const wanted = rows.filter((row) => isWanted(way.wantedOfRows, (field) => row[field]));
    if (way.kind === 'own') {
      for (const row of wanted) {
        const parts = way.fields.flatMap((field) => {
          const code = keyOf(row, field);
          return code !== undefined && isScopePart(contract, field, code) ? [code] : [];
        });
        if (parts.length === way.fields.length) scopes.add(scopeKey(parts));
      }
      continue;
    }
    const carrying = wanted.filter((row) => way.own.every((field) => keyOf(row, field) !== undefined));
    if (carrying.length === 0) continue;
    const lists = way.own.map((field) => {
      const name = `keys${Object.keys(params).length}`;
      params[name] = carrying.map((row) => keyOf(row, field) ?? '');
      return `{${name}:Array(String)}`;
    });
    const zipped = `SELECT arrayJoin(arrayZip(${lists.join(', ')})) AS k`;
    selects.push(linkedScopes(way, `SELECT ${lists.map((_list, i) => `k.${i + 1}`).join(', ')} FROM (${zipped})`, records));
  }
  const linked = selects.length === 0 ? null : { sql: distinct(selects), params: { ...records.params, ...params } };
  return { scopes: [...scopes], linked };
}

/** Undefined: the row leaves it empty. */
function keyOf(row: RowKeys, field: string): string | undefined {
  return isPeriodField(field) ? periodOf(field, row['atDay'] ?? '') : row[field];
}

type TouchingWay = { kind: 'own'; fields: readonly string[]; wantedOfRows: WantedValues } | LinkedWay;

interface LinkedWay {
  kind: 'linked';
  subject: Contract;
  subjectFields: readonly string[];
  own: readonly string[];
  wanted: readonly string[];
  /** Without one of these codes a row is of no input that goes this way. */
  wantedOfRows: WantedValues;
}

/** The ways from a record of one type to scopes, each once: the same whatever lands. */
export interface Touching {
  contract: Contract;
  ways: readonly TouchingWay[];
}

/** Of what is kept together by fields of the records, of each in one of these ways or in several. */
export function touchingByFields(contract: Contract, ways: readonly (readonly string[])[]): Touching {
  return { contract, ways: ways.map((fields) => ({ kind: 'own', fields, wantedOfRows: ANYTHING })) };
}

export function touchingOf(rules: readonly RuleDefinition[], type: string, catalogue: Catalogue): Touching {
  const contract = catalogue.get(type);
  const ways = new Map<string, TouchingWay>();
  const add = (key: string, way: TouchingWay) => {
    const known = ways.get(key);
    ways.set(key, known ? { ...way, wantedOfRows: ofAny([known.wantedOfRows, way.wantedOfRows]) } : way);
  };
  for (const rule of rules) {
    for (const input of Object.values(rule.inputs)) {
      // Whatever else a subject of a link is, its keys lead on.
      if (input.link && inputOf(rule, input.link.to).type === type) {
        const fields = scopeFields(rule.scope, inputOf(rule, input.link.to));
        add(JSON.stringify(fields), { kind: 'own', fields, wantedOfRows: ANYTHING });
      }
      if (input.type !== type) continue;
      const wantedOfRows = wantedValues(input.where, contract);
      if (!input.link) {
        const fields = scopeFields(rule.scope, input);
        add(JSON.stringify(fields), { kind: 'own', fields, wantedOfRows });
        continue;
      }
      const subject = inputOf(rule, input.link.to);
      const subjectFields = scopeFields(rule.scope, subject);
      for (const on of input.link.on) {
        const [own, wanted] = [Object.keys(on), Object.values(on)];
        const key = JSON.stringify([subject.type, subjectFields, own, wanted]);
        add(key, { kind: 'linked', subject: catalogue.get(subject.type), subjectFields, own, wanted, wantedOfRows });
      }
    }
  }
  return { contract, ways: [...ways.values()] };
}

/** Of the scopes that records belong to by themselves: what is linked belongs to those of its subjects. By the hash of their keys, so that it is no corner of the county. */
export function sampledSql(all: readonly Touching[], { index, of }: { index: number; of: number }, limit: number): SqlQuery {
  const selects = all.flatMap(({ contract, ways }) =>
    ways.flatMap((way) => (way.kind === 'own' ? waySelects({ contract, fields: way.fields, link: null }, SCOPES_OF_SLICE) : [])),
  );
  const found = `(\n${selects.join('\nUNION ALL\n')}\n)`;
  return {
    sql: `SELECT scope FROM ${found} GROUP BY scope ORDER BY cityHash64(scope), scope LIMIT {limit:UInt32}`,
    params: { ...CURRENT_RECORDS.params, slice: index, slices: of, limit },
  };
}

const SCOPES_OF_SLICE = { records: CURRENT_RECORDS, reach: 'slice', columns: [], expressions: [], where: '1' } as const;

function keysInLog(contract: Contract, own: readonly string[], landed: readonly string[]): string {
  const columns = own.map((field) => column(contract, field).sql);
  const conditions = [...landed, ...columns.map((sql) => `${sql} IS NOT NULL`)];
  return `SELECT ${columns.map((sql) => `CAST(${sql}, 'Nullable(String)')`).join(', ')} FROM ${logTable(contract.type)} WHERE ${conditions.join(' AND ')}`;
}

function linkedScopes({ subject, subjectFields, wanted }: LinkedWay, keys: string, records: RecordSource): string {
  const columns = wanted.map((field) => column(subject, field).sql);
  const key = columns.length === 1 ? columns[0] : `(${columns.join(', ')})`;
  const filtering = new Filtering(records.rows(subject, wanted))
    .add(`${key} IN (${keys})`, wanted)
    .add(scopePresentSql(subject, subjectFields));
  return `SELECT ${rowScopeSql(subject, subjectFields)} AS scope FROM ${filtering.from()}${whereClause(filtering.where(), ' ')}`;
}

function distinct(selects: readonly string[]): string {
  return `SELECT DISTINCT scope FROM (\n  ${selects.join('\n  UNION ALL\n  ')}\n)`;
}
