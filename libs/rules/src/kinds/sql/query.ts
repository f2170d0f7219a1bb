import { isOpenField, type Catalogue, type Contract } from '@tianyan/contracts';
import { ENVELOPE_COLUMNS, fieldSql } from '../../compile/columns.js';
import type { CompiledGroup } from '../../compile/compiled-group.js';
import { daysSql, makingFilters, whereSql } from '../../compile/conditions.js';
import { COHORTS, LATEST, NOW, QueryParams } from '../../compile/params.js';
import { indent } from '../../compile/pipeline.js';
import type { RecordSource } from '../../compile/record-source.js';
import { scopeFilters, scopePresentSql, type CohortReach } from '../../compile/scope.js';
import { inputOf } from '../../compile/timeline.js';
import { Filtering } from '../../compile/way-sql.js';
import { answersSql, ProvingRecords, REACH_OF_ANSWERS } from '../../compile/whole-query.js';
import type { Input } from '../../language/inputs.js';
import type { RuleOf } from '../../language/rule.js';
import { scopeKeySql } from '../../scope-key.js';
import { asksForNow, checkQuery } from './check-query.js';
import { OCCURRED_AT } from './schema.js';
import type { Token } from './tokens.js';

type SqlRule = RuleOf<'sql'>;

/** Begins the digest of a person, and nothing else: so it can be told that one was made a scope. */
const PERSON_MARK = '人#';
/** What the database is made to say then. */
export const PERSON_IN_SCOPE = 'a person in a scope';
/** And, in an example, of an answer that time would change, where nobody asks again when it has passed. */
export const IN_THE_FUTURE = 'occurredAtMs later than now';

/** A column of an input. `covered`: a person's; its values can be compared and counted, and not read. */
interface InputColumn {
  name: string;
  covered: boolean;
}

/** Columns of an input: those of the envelope that rules may use, and the contract's, but for what is secret or may have been told in confidence. */
export function columnsOf(contract: Contract): InputColumn[] {
  const own = Object.entries(contract.fields).flatMap(([name, { kind, privacy }]) => {
    const told = kind === 'text' && !isOpenField(contract, name);
    return privacy === 'secret' || told ? [] : [{ name, covered: privacy === 'personal' }];
  });
  return [...Object.keys(ENVELOPE_COLUMNS).map((name) => ({ name, covered: false })), ...own];
}

/**
 * SQL of a column. What a query makes of its columns becomes scopes and figures, which stand in lists and alerts: so of a person there are
 * digests here, of one text always the same.
 */
function columnSql(contract: Contract, { name, covered }: InputColumn): string {
  if (!covered) return contract.fields[name] ? `r.${name}` : `${fieldSql(contract, name, 'r')} AS ${name}`;
  return `if(r.${name} IS NULL, NULL, concat('${PERSON_MARK}', hex(sipHash128(toString(r.${name}))))) AS ${name}`;
}

/** See `sqlSchema`: the query of a person among the inputs that it reads and the evidence of what it answers. */
export function sqlQuery(rule: SqlRule, catalogue: Catalogue, how: { reach: CohortReach; records: RecordSource }): CompiledGroup {
  const parts = new QueryParts(rule, catalogue, how);
  const numbers = Object.keys(rule.numbers);
  const { proving } = parts;
  const figures = [...numbers.map((name) => `toString(any(n_${name}))`), ...proving.lastValues(rule.figures)];
  const tables = [...parts.tables(), `answer AS (\n${indent(parts.query())}\n)`];
  const answers = answersSql(parts.named(), { figures, subjects: proving.lastValues(rule.subjects) });
  return proving.group({ tables, answers, params: parts.params, records: how.records }, numbers);
}

/** The parts of the query, in the order in which it reads. */
class QueryParts {
  readonly params = new QueryParams();
  readonly proving: ProvingRecords;
  /** Of the inputs that prove, the names; evidence names an input by its place among all of the rule. */
  private readonly provingInputs: readonly string[];
  /** It has a group, and nothing that it answers changes by time alone. */
  private readonly timeless: boolean;

  constructor(
    private readonly rule: SqlRule,
    private readonly catalogue: Catalogue,
    private readonly how: { reach: CohortReach; records: RecordSource },
  ) {
    this.proving = new ProvingRecords(rule, catalogue);
    this.provingInputs = Object.keys(rule.evidence);
    this.timeless = rule.group !== undefined && !asksForNow(rule.query);
  }

  /** The inputs as tables. */
  tables(): string[] {
    return Object.entries(this.rule.inputs).map(([name, input]) => {
      const contract = this.catalogue.get(input.type);
      const columns = columnsOf(contract).map((one) => columnSql(contract, one));
      return `${name} AS (\n${indent(`SELECT ${columns.join(', ')}\n${this.from(name, input)}`)}\n)`;
    });
  }

  /** Rows of an input, as `r`. Conditions stand inside: they look at the fields themselves, whose place an alias outside would take. */
  private from(name: string, input: Input): string {
    const contract = this.catalogue.get(input.type);
    const { rule, params } = this;
    const scope = { contract, parameters: rule.parameters, params };
    // Exceptions by scope concern answers.
    const own = this.provingInputs.includes(name) ? makingFilters(rule, input, null, scope) : [whereSql(input.where, scope)];
    const { group = [] } = rule;
    const source = this.how.records.rows(contract, group);
    const filtering = new Filtering(source).add(`atMs <= ${NOW}`);
    if (group.length > 0) filtering.add(scopePresentSql(contract, group));
    if (this.isOfCohorts()) filtering.addAll(scopeFilters(contract, group, source.leading, COHORTS));
    const filters = [...filtering.where(), ...own].filter((filter) => filter !== '1');
    const rows = `SELECT *\nFROM ${filtering.from()}\nWHERE ${filters.join(' AND ')}`;
    return `FROM (\n${indent(rows)}\n) AS r`;
  }

  /** It reads the records of the cohorts that are asked about, and no others. Where time alone changes answers, it is asked about all. */
  private isOfCohorts(): boolean {
    const { reach } = this.how;
    return this.timeless && (reach === 'cohorts' || reach === 'scopes');
  }

  /** The text of the rule: its values as parameters of the query, so that no quoting can be mistaken. */
  query(): string {
    return checkQuery(this.rule.query, new Set(Object.keys(this.rule.inputs)))
      .tokens.map((token) => this.written(token))
      .join('')
      .trim();
  }

  private written({ kind, value }: Token): string {
    if (kind === 'text') return this.params.add(value, 'String');
    if (kind !== 'parameter') return value;
    return value === 'now' ? NOW : this.params.add(this.rule.parameters[value]?.value ?? 0, 'Int64');
  }

  /** Each record that an answer names, once, with the first of its roles. */
  named(): string {
    const said = Object.keys(this.rule.numbers).map((name) => `any(n_${name}) AS n_${name}`);
    const rows = {
      records: this.records(),
      answers: `(\n${indent(this.answers())}\n)`,
      on: 'record.role = said.role AND record.id = said.id',
    };
    return this.proving.once(rows, { role: ['min(record.role) AS role'], said });
  }

  /** Records that may be named, by input. */
  private records(): string[] {
    return this.provingInputs.map((name) => {
      const columns = [`toUInt8(${this.roleOf(name)}) AS role`, ...this.proving.columns(name)];
      return `SELECT ${columns.join(', ')}\n${this.from(name, inputOf(this.rule, name))}`;
    });
  }

  /** What the answers name: a row for each id. */
  private answers(): string {
    const { rule, how } = this;
    const ids = Object.entries(rule.evidence).map(
      ([name, ids]) => `arrayMap(one -> (toUInt8(${this.roleOf(name)}), one), CAST(${ids}, 'Array(String)'))`,
    );
    const names = Object.keys(rule.numbers);
    const numbers = names.map((name) => `CAST(${name}, 'Nullable(Int64)') AS n_${name}`);
    const present = [...rule.scope, OCCURRED_AT].map((name) => `${name} IS NOT NULL`).join(' AND ');
    const reach = { ...REACH_OF_ANSWERS, cohorts: `cohort_key IN (SELECT arrayJoin(${COHORTS}))` };
    const part = (name: string) => `assumeNotNull(toString(${name}))`;
    const cohort = how.reach === 'cohorts' ? [`${scopeKeySql((rule.group ?? []).map(part))} AS cohort_key`] : [];
    const filters = [
      `throwIf(position(scope, '${PERSON_MARK}') > 0, '${PERSON_IN_SCOPE}') = 0`,
      "throwIf(rowsOfScope > 1, 'two rows of one scope') = 0",
      this.timeless ? `throwIf(occurredAt > ${LATEST}, '${IN_THE_FUTURE}') = 0` : '1',
      `occurredAt <= ${NOW}`,
      reach[how.reach],
      ...this.exceptedAnswers(),
    ];
    return `SELECT scope, occurredAt, tupleElement(pair, 1) AS role, tupleElement(pair, 2) AS id${names.map((name) => `, n_${name}`).join('')}
FROM (
  SELECT
    ${[`${scopeKeySql(rule.scope.map(part))} AS scope`, ...cohort].join(',\n    ')},
    CAST(${OCCURRED_AT}, 'Int64') AS occurredAt,
${indent(indent([`arrayDistinct(arrayConcat(${ids.join(', ')})) AS pairs`, ...numbers, 'count() OVER (PARTITION BY scope) AS rowsOfScope'].join(',\n')))}
  FROM answer
  WHERE ${present}
)
ARRAY JOIN pairs AS pair
WHERE ${filters.filter((filter) => filter !== '1').join(' AND ')}`;
  }

  /** Answers that an exception by scope covers: on its days, as far as it names any. */
  private exceptedAnswers(): string[] {
    return this.rule.exceptions.flatMap(({ scope, ...days }) => {
      if (scope === undefined) return [];
      const covers = [`has(${this.params.add(scope, 'Array(String)')}, scope)`, ...daysSql(days, 'occurredAt')];
      return [`NOT (${covers.join(' AND ')})`];
    });
  }

  private roleOf(name: string): number {
    return Object.keys(this.rule.inputs).indexOf(name);
  }
}
