import { fieldOfKey, type Catalogue, type Contract } from '@tianyan/contracts';
import type { SqlQuery } from '@tianyan/warehouse';
import { z } from 'zod';
import { withCalendar } from '../compile/calendar.js';
import { column } from '../compile/columns.js';
import { whereSql, type ConditionScope } from '../compile/conditions.js';
import { emptySql, operandFields } from '../compile/input-counts.js';
import { QueryParams } from '../compile/params.js';
import { CURRENT_RECORDS } from '../compile/record-source.js';
import { integer } from '../compile/row.js';
import { rowScopeSql, scopeFields, scopePresentSql } from '../compile/scope.js';
import { kindOf } from '../kinds/index.js';
import type { Input } from '../language/inputs.js';
import type { RuleDefinition } from '../language/rule.js';
import type { Conditions, FieldTest, Where } from '../language/values.js';
import { fieldsOfKind } from './needed-fields.js';

/** A query with some rows, and what they say. */
export interface RowsQuery<T> {
  query: SqlQuery;
  read: (rows: readonly unknown[]) => T;
}

/** Records of one input, source and township. */
export interface CoverageCell {
  source: string;
  /** Null: the record names none, or its type has no township. */
  townshipCode: string | null;
  /** Those that the input may speak of: a condition whose field is empty counts as met. */
  records: number;
  /** Those of them that can be judged: the input takes them, and no field is empty that the rule needs. */
  judged: number;
  /** Of those that cannot: in how many each of the fields is empty, in the order of {@link InputCoverage.fields}. */
  empty: readonly number[];
}

/** What of the records of an input a rule can judge. */
export interface InputCoverage {
  input: string;
  type: string;
  /** That may keep a record from being judged. */
  fields: readonly string[];
  cells: readonly CoverageCell[];
}

/** Sources times townships of one input; a county has some tens of each. The largest are kept. */
export const MAX_COVERAGE_CELLS = 2_000;

/** Sources of one question. */
const MAX_SOURCES = 200;

const cellSchema = z.object({ source: z.string(), township: z.string().nullable(), counts: z.array(integer) });

/** Asks of each input how many of its records can be judged, by source and township. */
export function inputCoverageQueries(rule: RuleDefinition, catalogue: Catalogue): RowsQuery<InputCoverage>[] {
  const ofKind = fieldsOfKind(rule, catalogue);
  return Object.entries(rule.inputs).map(([name, input]) =>
    inputCoverage(rule, catalogue, { name, input, needed: ofKind.get(name) ?? new Set() }),
  );
}

function inputCoverage(
  rule: RuleDefinition,
  catalogue: Catalogue,
  { name, input, needed }: { name: string; input: Input; needed: ReadonlySet<string> },
): RowsQuery<InputCoverage> {
  const contract = catalogue.get(input.type);
  const params = new QueryParams();
  const scope = { contract, parameters: rule.parameters, params };
  const own = [...(input.link ? [] : scopeFields(rule.scope, input)), ...needed].filter((field) => contract.fields[field]);
  const wheres = setsOf(input.where).flatMap((set) =>
    Object.entries(set).flatMap(([field, test]) => askedFields(field, test, rule)),
  );
  const linked = input.link?.on.flatMap((on) => Object.keys(on)) ?? [];
  const fields = [...new Set([...wheres, ...own, ...linked])].filter((field) => contract.fields[field] !== undefined);
  const there = own.map((field) => `NOT (${emptySql(column(contract, field))})`);
  const judged = [whereSql(input.where, scope), linkThere(input, contract), ...there].join(' AND ');
  const counts = fields.map((field) => `countIf(NOT judged AND ${emptySql(column(contract, field))})`);
  const township = fieldOfKey(contract, 'township');
  const townshipSql = township === null ? "CAST(NULL, 'Nullable(String)')" : `CAST(${township}, 'Nullable(String)')`;
  const sql = `SELECT source, ${townshipSql} AS township, [${['count()', 'countIf(judged)', ...counts].join(', ')}] AS counts
FROM (SELECT *, (${judged}) AS judged FROM ${CURRENT_RECORDS.rows(contract, []).from} WHERE ${looseSql(input.where, scope, rule)})
GROUP BY source, township ORDER BY count() DESC, source, township LIMIT ${MAX_COVERAGE_CELLS}`;
  return {
    query: { sql: withCalendar(sql), params: params.toRecord() },
    read: (rows) => ({
      input: name,
      type: input.type,
      fields,
      cells: rows.map((row) => {
        const {
          source,
          township: townshipCode,
          counts: [records = 0, known = 0, ...empty],
        } = cellSchema.parse(row);
        return { source, townshipCode, records, judged: known, empty };
      }),
    }),
  };
}

/** Nothing can be linked to a record of which every alternative lacks a field. */
function linkThere({ link }: Input, contract: Contract): string {
  if (!link) return '1';
  const alternatives = link.on.map((on) =>
    Object.keys(on)
      .map((field) => `NOT (${emptySql(column(contract, field))})`)
      .join(' AND '),
  );
  return `(${alternatives.map((sql) => `(${sql})`).join(' OR ')})`;
}

function setsOf(where: Where | undefined): readonly Conditions[] {
  return where === undefined ? [] : Array.isArray(where) ? where : [where];
}

/** The fields by which a test may fail for want of a value; none of one that asks just that. */
function askedFields(field: string, test: Conditions[string], rule: RuleDefinition): string[] {
  if (typeof test !== 'object') return [field];
  const asked: FieldTest = test;
  if (asked.null !== undefined) return [];
  return [field, ...Object.values(asked).flatMap((operand) => operandFields(operand, rule))];
}

/** As `where`, but that a test whose field is empty counts as passed. */
function looseSql(where: Where | undefined, scope: ConditionScope, rule: RuleDefinition): string {
  const sets = setsOf(where).map((set) => {
    const tests = Object.entries(set).map(([field, test]) => {
      const empty = askedFields(field, test, rule)
        .filter((asked) => scope.contract.fields[asked])
        .map((asked) => emptySql(column(scope.contract, asked)));
      return `(${[whereSql({ [field]: test }, scope), ...empty].join(' OR ')})`;
    });
    return tests.length === 0 ? '1' : tests.join(' AND ');
  });
  return sets.length === 0 ? '1' : sets.map((sql) => `(${sql})`).join(' OR ');
}

/** A step that a rule waits for, as one source tells it. */
export interface AwaitedSource {
  source: string;
  /** Records from this source that begin the waiting. */
  begun: number;
  /** Those of them for which a record that is waited for is there, from whatever source and at whatever time; null: not known. */
  answered: number | null;
  /** Records of this source that would end a waiting, wherever. */
  told: number;
}

/** Records whose absence a rule takes for a fault. */
export interface AwaitedCoverage {
  of: string;
  expect: readonly string[];
  sources: readonly AwaitedSource[];
}

/** The questions of one such pair, and what is made of their answers. */
export interface AwaitedQuery {
  begun: RowsQuery<readonly { source: string; begun: number; answered: number | null }[]>;
  told: RowsQuery<ReadonlyMap<string, number>>;
  of: string;
  expect: readonly string[];
}

/** Asks of each source whether it ever told what the rule takes for a fault when it is not there. */
export function awaitedQueries(rule: RuleDefinition, catalogue: Catalogue): AwaitedQuery[] {
  return kindOf(rule)
    .awaited(rule)
    .map(({ of, expect }) => ({
      of,
      expect,
      begun: begunQuery(rule, catalogue, of, expect),
      told: toldQuery(rule, catalogue, expect),
    }));
}

/**
 * A source that has begun what is waited for, and of which no end has ever been told: the rule accuses whoever was to do it, where
 * perhaps nobody tells it.
 */
export function isBlind({ begun, answered, told }: AwaitedSource): boolean {
  return begun > 0 && told === 0 && (answered ?? 0) === 0;
}

const begunSchema = z.object({ source: z.string(), begun: integer, answered: integer });
const toldSchema = z.object({ source: z.string(), told: integer });

function begunQuery(rule: RuleDefinition, catalogue: Catalogue, of: string, expect: readonly string[]): AwaitedQuery['begun'] {
  const params = new QueryParams();
  const { from, where, contract, fields } = rowsOf(rule, catalogue, of, params);
  const answers = expect.map((name) => answeredSql(rule, catalogue, { of, name, params }));
  const known = answers.every((sql) => sql !== null);
  const scoped = fields === null ? where : `${where} AND ${scopePresentSql(contract, fields)}`;
  const sources = rule.sources === undefined ? '1' : `source IN (${params.add([...rule.sources], 'Array(String)')})`;
  const sql = `SELECT source, count() AS begun, countIf(${known ? answers.join(' OR ') : '0'}) AS answered FROM ${from}
WHERE ${scoped} AND ${sources} GROUP BY source ORDER BY begun DESC, source LIMIT ${MAX_SOURCES}`;
  return {
    query: { sql: withCalendar(sql), params: params.toRecord() },
    read: (rows) =>
      rows.map((row) => {
        const { source, begun, answered } = begunSchema.parse(row);
        return { source, begun, answered: known ? answered : null };
      }),
  };
}

function toldQuery(rule: RuleDefinition, catalogue: Catalogue, expect: readonly string[]): AwaitedQuery['told'] {
  const params = new QueryParams();
  const selects = expect.map((name) => {
    const { contract, where } = rowsOf(rule, catalogue, name, params);
    // Those without a scope count too, and are in no copy by it.
    const { from } = CURRENT_RECORDS.rows(contract, []);
    return `SELECT source, count() AS n FROM ${from} WHERE ${where} GROUP BY source`;
  });
  const sql = `SELECT source, sum(n) AS told FROM (${selects.join(' UNION ALL ')}) GROUP BY source ORDER BY told DESC, source LIMIT ${MAX_SOURCES}`;
  return {
    query: { sql: withCalendar(sql), params: params.toRecord() },
    read: (rows) => new Map(rows.map((row) => toldSchema.parse(row)).map(({ source, told }) => [source, told])),
  };
}

function rowsOf(rule: RuleDefinition, catalogue: Catalogue, name: string, params: QueryParams) {
  const input = rule.inputs[name];
  if (!input) throw new RangeError(`rule ${rule.id} has no input ${name}`);
  const contract = catalogue.get(input.type);
  const fields = input.link ? null : scopeFields(rule.scope, input);
  const { from } = CURRENT_RECORDS.rows(contract, fields ?? []);
  return { input, contract, fields, from, where: whereSql(input.where, { contract, parameters: rule.parameters, params }) };
}

/** A record of `of` has one of the input `name` that belongs to it; null where that cannot be said by one question. */
function answeredSql(
  rule: RuleDefinition,
  catalogue: Catalogue,
  { of, name, params }: { of: string; name: string; params: QueryParams },
): string | null {
  const begins = rowsOf(rule, catalogue, of, params);
  const ends = rowsOf(rule, catalogue, name, params);
  const { link } = ends.input;
  if (!link) {
    if (begins.fields === null || ends.fields === null) return null;
    // Keys of eight bytes: a province has millions of scopes.
    const keys = `SELECT cityHash64(${rowScopeSql(ends.contract, ends.fields)}) FROM ${ends.from} WHERE ${ends.where} AND ${scopePresentSql(ends.contract, ends.fields)}`;
    return `cityHash64(${rowScopeSql(begins.contract, begins.fields)}) IN (${keys})`;
  }
  if (link.to !== of) return null;
  const alternatives = link.on.map((on) => {
    const mine = Object.values(on).map((field) => textSql(begins.contract, field));
    const theirs = Object.keys(on).map((field) => textSql(ends.contract, field));
    const there = Object.keys(on).map((field) => `NOT (${emptySql(column(ends.contract, field))})`);
    return `cityHash64(${mine.join(', ')}) IN (SELECT cityHash64(${theirs.join(', ')}) FROM ${ends.from} WHERE ${ends.where} AND ${there.join(' AND ')})`;
  });
  return `(${alternatives.join(' OR ')})`;
}

function textSql(contract: Contract, field: string): string {
  return `ifNull(CAST(${column(contract, field).sql}, 'Nullable(String)'), '')`;
}
