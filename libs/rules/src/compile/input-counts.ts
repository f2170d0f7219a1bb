import { fieldOfKey, platformFinding, type Catalogue, type Contract } from '@tianyan/contracts';
import type { SqlQuery } from '@tianyan/warehouse';
import { z } from 'zod';
import type { RuleDefinition } from '../language/rule.js';
import { movedByOf, type Conditions, type Operand, type ParameterRef, type Where } from '../language/values.js';
import { withCalendar } from './calendar.js';
import { column, findColumn, type Column } from './columns.js';
import { whereSql } from './conditions.js';
import { QueryParams } from './params.js';
import type { RecordSource } from './record-source.js';
import { integer } from './row.js';
import { rowScopeSql, scopeFields, scopePresentSql } from './scope.js';

/** What an input of a rule finds among the records that there are. */
export interface InputCount {
  input: string;
  type: string;
  /** Records of its type, of all sources. */
  records: number;
  /** Those that pass its `where`, dated in the future or not. */
  passing: number;
  /** Fields that decide whether a record is found (`where`, `scope`, `link`), with the records of the type in which they are empty. */
  fields: readonly { field: string; empty: number }[];
}

/** A query with one row, and what that row says. */
export interface CountQuery<T> {
  query: SqlQuery;
  read: (row: unknown) => T;
}

/** Among which records is counted. */
export interface CountedAmong {
  records: RecordSource;
  /** Only those that name one of these townships; null: all. */
  townshipCodes: readonly string[] | null;
  /** Of whoever asks; null: all. Findings are counted for whoever sees all: a count under conditions of one's own tells what others have found. */
  problemClasses: readonly string[] | null;
}

/**
 * Asks of an input of a rule how much there is for it: why a rule finds nothing is mostly seen there. Null: records of its type name no township, so
 * that nobody can say which of them are of some townships. A count under conditions that anybody may write tells what the records say.
 */
export function inputCountQuery(
  rule: RuleDefinition,
  name: string,
  { catalogue, among }: { catalogue: Catalogue; among: CountedAmong },
): CountQuery<InputCount> | null {
  const { type, where } = inputOf(rule, name);
  const contract = catalogue.get(type);
  const params = new QueryParams();
  const place = placeSql(contract, among, params);
  if (place === null) return null;
  const passes = whereSql(where, { contract, parameters: rule.parameters, params });
  // What the envelope has every record has.
  const fields = decidingFields(rule, name).filter((field) => contract.fields[field] !== undefined);
  const empty = fields.map((field) => `countIf(${emptySql(column(contract, field))})`);
  const counts = ['count()', `countIf(${passes})`, ...empty];
  return countsQuery({ contract, among, place, params }, counts, ([records = 0, passing = 0, ...rest]) => ({
    input: name,
    type,
    records,
    passing,
    fields: fields.map((field, i) => ({ field, empty: rest[i] ?? 0 })),
  }));
}

const countsSchema = z.object({ counts: z.array(integer) });

/** Of which records is counted: those of a type at a place, see {@link placeSql}. */
interface Counted {
  contract: Contract;
  among: CountedAmong;
  place: string;
  /** Those of the place and of the counts. */
  params: QueryParams;
}

/** Asks for several counts of the same records; `read` is given them in their order. */
export function countsQuery<T>(
  { contract, among, place, params }: Counted,
  counts: readonly string[],
  read: (counts: readonly number[]) => T,
): CountQuery<T> {
  const sql = `SELECT [${counts.join(', ')}] AS counts FROM ${among.records.rows(contract, []).from} WHERE ${place}`;
  return {
    query: { sql: withCalendar(sql), params: { ...params.toRecord(), ...among.records.params } },
    read: (row) => read(countsSchema.parse(row).counts),
  };
}

const scopesSchema = z.object({ scopes: integer });

/**
 * Asks how many scopes there are: those with a record that passes the `where` of an input which has a scope of its own. Where the rule's
 * kind finds scopes itself, an input without all the parts as fields counts for none. Null: as for {@link inputCountQuery}.
 */
export function scopeCountQuery(
  rule: RuleDefinition,
  { catalogue, among }: { catalogue: Catalogue; among: CountedAmong },
): CountQuery<number> | null {
  const params = new QueryParams();
  const selects = Object.entries(rule.inputs)
    .filter(([, input]) => !input.link)
    .filter(([, input]) => scopeFields(rule.scope, input).every((field) => findColumn(catalogue.get(input.type), field)))
    .map(([, input]) => {
      const contract = catalogue.get(input.type);
      const fields = scopeFields(rule.scope, input);
      const place = placeSql(contract, among, params);
      if (place === null) return null;
      const filters = [
        place,
        scopePresentSql(contract, fields),
        whereSql(input.where, { contract, parameters: rule.parameters, params }),
      ];
      // Keys of eight bytes: a province has millions of scopes.
      return `SELECT cityHash64(${rowScopeSql(contract, fields)}) AS scope FROM ${among.records.rows(contract, fields).from} WHERE ${filters.join(' AND ')}`;
    });
  if (selects.includes(null)) return null;
  const rows = selects.length === 0 ? 'SELECT 0 AS scope WHERE 0' : selects.join(' UNION ALL ');
  return {
    query: {
      sql: withCalendar(`SELECT uniqExact(scope) AS scopes FROM (${rows})`),
      params: { ...params.toRecord(), ...among.records.params },
    },
    read: (row) => scopesSchema.parse(row).scopes,
  };
}

/** That a record is among those. Null: the records name no township, or are findings of which some may not be seen. */
export function placeSql(
  contract: Contract,
  { townshipCodes, problemClasses }: CountedAmong,
  params: QueryParams,
): string | null {
  if (contract.type === platformFinding.type && problemClasses !== null) return null;
  if (townshipCodes === null) return '1';
  const township = fieldOfKey(contract, 'township');
  if (township === null) return null;
  return `${column(contract, township).sql} IN (SELECT arrayJoin(${params.add([...townshipCodes], 'Array(String)')}))`;
}

/** Each once, in the order in which the rule names them: of `where`, of the scope, of links from and to the input. */
function decidingFields(rule: RuleDefinition, name: string): string[] {
  const input = inputOf(rule, name);
  const linkedHere = Object.values(rule.inputs).flatMap(({ link }) =>
    link?.to === name ? link.on.flatMap(Object.values<string>) : [],
  );
  return [
    ...new Set([
      ...whereFields(input.where, rule),
      ...(input.link ? input.link.on.flatMap((on) => Object.keys(on)) : scopeFields(rule.scope, input)),
      ...linkedHere,
    ]),
  ];
}

function whereFields(where: Where | undefined, rule: RuleDefinition): string[] {
  const sets: readonly Conditions[] = where === undefined ? [] : Array.isArray(where) ? where : [where];
  return sets.flatMap((conditions) =>
    Object.entries(conditions).flatMap(([field, test]) => [
      field,
      ...(typeof test === 'object' ? Object.values(test).flatMap((operand) => operandFields(operand, rule)) : []),
    ]),
  );
}

/** Fields of the record itself that an operand reads. */
export function operandFields(operand: unknown, rule: RuleDefinition): string[] {
  if (typeof operand !== 'object' || operand === null || Array.isArray(operand)) return [];
  const named = operand as Exclude<Operand, string | number | boolean>; // the only objects in a test, as the schema says
  if (!('field' in named)) return parameterFields(named, rule);
  const by = movedByOf(named);
  if (typeof by !== 'object') return [named.field];
  return [named.field, ...('field' in by ? [by.field] : parameterFields(by, rule))];
}

function parameterFields({ parameter, region, day }: ParameterRef, rule: RuleDefinition): string[] {
  const when = (rule.parameters[parameter]?.table ?? []).flatMap((row) => Object.keys(row.when ?? {}));
  return [...[region, day].filter((field) => field !== undefined), ...when];
}

/** An empty text says as little as none. */
export function emptySql({ sql, slotClass }: Column): string {
  return slotClass === 'text' ? `ifNull(CAST(${sql}, 'Nullable(String)'), '') = ''` : `${sql} IS NULL`;
}

export function inputOf(rule: RuleDefinition, name: string): RuleDefinition['inputs'][string] {
  const input = rule.inputs[name];
  if (!input) throw new RangeError(`rule ${rule.id} has no input ${name}`);
  return input;
}
