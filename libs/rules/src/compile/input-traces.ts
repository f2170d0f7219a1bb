import type { Catalogue } from '@tianyan/contracts';
import type { EpochMs } from '@tianyan/kernel';
import type { RuleDefinition } from '../language/rule.js';
import type { Conditions, Where } from '../language/values.js';
import { column } from './columns.js';
import { whereSql } from './conditions.js';
import { countsQuery, emptySql, inputOf, placeSql, type CountedAmong, type CountQuery } from './input-counts.js';
import { QueryParams } from './params.js';
import { scopeFields } from './scope.js';

/** Where the records of an input are lost, from the table to the scopes. */
export interface InputTrace {
  input: string;
  records: number;
  /** Of the period that is asked about. */
  inPeriod: number;
  passing: number;
  /** Those that pass each condition by itself; none where alternatives are written. */
  conditions: readonly { where: Conditions; passing: number }[];
  /** Of those that pass: without the field by which they are told apart or linked. */
  empty: readonly { field: string; count: number }[];
  /** Of those that pass: linked to a record of the other input that passes too. Null: the input has no link, or nobody can say it. */
  linked: number | null;
}

interface Asked {
  catalogue: Catalogue;
  among: CountedAmong;
  period: { fromMs: EpochMs; beforeMs: EpochMs } | null;
}

/** Null: see {@link placeSql}. */
export function inputTraceQuery(rule: RuleDefinition, name: string, asked: Asked): CountQuery<InputTrace> | null {
  const { catalogue, among, period } = asked;
  const { type, where } = inputOf(rule, name);
  const contract = catalogue.get(type);
  const params = new QueryParams();
  const place = placeSql(contract, among, params);
  if (place === null) return null;
  const passes = (of: Where | undefined) => whereSql(of, { contract, parameters: rule.parameters, params });
  const isPassing = passes(where);
  const conditions = conditionsOf(where);
  const keys = keyFields(rule, name).filter((field) => contract.fields[field] !== undefined);
  const dated = period ? `atMs >= ${params.add(period.fromMs, 'Int64')} AND atMs < ${params.add(period.beforeMs, 'Int64')}` : '1';
  const linked = linkedSql(rule, name, asked, params);
  const counts = [
    'count()',
    `countIf(${dated})`,
    `countIf(${isPassing})`,
    linked === null ? '0' : `countIf((${isPassing}) AND (${linked}))`,
    ...conditions.map((one) => `countIf(${passes(one)})`),
    ...keys.map((field) => `countIf((${isPassing}) AND ${emptySql(column(contract, field))})`),
  ];
  return countsQuery(
    { contract, among, place, params },
    counts.map((count) => `toInt64(${count})`),
    ([records = 0, inPeriod = 0, passing = 0, joined = 0, ...rest]) => ({
      input: name,
      records,
      inPeriod,
      passing,
      conditions: conditions.map((one, i) => ({ where: one, passing: rest[i] ?? 0 })),
      empty: keys.map((field, i) => ({ field, count: rest[conditions.length + i] ?? 0 })),
      linked: linked === null ? null : joined,
    }),
  );
}

/** Each condition by itself. */
function conditionsOf(where: Where | undefined): Conditions[] {
  if (where === undefined || Array.isArray(where)) return [];
  return Object.entries(where).map(([field, test]) => ({ [field]: test }));
}

/** The fields by which a record finds its scope: of an alternative of several links one that is empty is no fault. */
function keyFields(rule: RuleDefinition, name: string): string[] {
  const input = inputOf(rule, name);
  if (!input.link) return scopeFields(rule.scope, input);
  return input.link.on.length === 1 ? input.link.on.flatMap((on) => Object.keys(on)) : [];
}

/** That a record is linked to one of the other input. */
function linkedSql(rule: RuleDefinition, name: string, { catalogue, among }: Asked, params: QueryParams): string | null {
  const { type, link } = inputOf(rule, name);
  if (!link) return null;
  const own = catalogue.get(type);
  const other = inputOf(rule, link.to);
  const contract = catalogue.get(other.type);
  const place = placeSql(contract, among, params);
  if (place === null) return null;
  const passes = whereSql(other.where, { contract, parameters: rule.parameters, params });
  const text = (sql: string) => `toString(assumeNotNull(${sql}))`;
  const ways = link.on.map((on) => {
    const fields = Object.entries(on).map(([mine, theirs]) => ({
      mine: column(own, mine).sql,
      theirs: column(contract, theirs).sql,
    }));
    const isThere = (sql: string) => `${sql} IS NOT NULL`;
    const keys = `SELECT ${fields.map(({ theirs }) => text(theirs)).join(', ')} FROM ${among.records.rows(contract, []).from}
      WHERE ${[place, passes, ...fields.map(({ theirs }) => isThere(theirs))].map((part) => `(${part})`).join(' AND ')}`;
    const mine = fields.length === 1 ? text(fields[0]?.mine ?? '') : `(${fields.map((field) => text(field.mine)).join(', ')})`;
    return `(${fields.map((field) => isThere(field.mine)).join(' AND ')} AND ${mine} IN (${keys}))`;
  });
  return ways.join(' OR ');
}
