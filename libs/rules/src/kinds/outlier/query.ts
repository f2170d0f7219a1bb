import type { Catalogue } from '@tianyan/contracts';
import { closesAtSql } from '../../compile/closing.js';
import type { CohortDefinition } from '../../compile/cohorts.js';
import { column, slotExpression } from '../../compile/columns.js';
import type { CompiledGroup } from '../../compile/compiled-group.js';
import { makingFilters, whereSql } from '../../compile/conditions.js';
import { COHORTS, NOW, QueryParams } from '../../compile/params.js';
import { indent, Pipeline } from '../../compile/pipeline.js';
import type { RecordSource } from '../../compile/record-source.js';
import { rowScopeSql, scopeFields, scopeFilters, scopePresentSql, type CohortReach } from '../../compile/scope.js';
import { periodOfScope } from '../../compile/scope-period.js';
import { statisticOf } from '../../compile/statistic.js';
import { inputOf } from '../../compile/timeline.js';
import { Filtering, whereClause } from '../../compile/way-sql.js';
import { answersSql, ProvingRecords, REACH_OF_ANSWERS } from '../../compile/whole-query.js';
import { constant, leaf, step, type Expr } from '../../expression/expr.js';
import { numberAt } from '../../expression/operators/lists.js';
import { number } from '../../expression/operators/values.js';
import { SqlWriter } from '../../expression/write-sql.js';
import type { Measured } from '../../language/measured.js';
import type { RuleOf } from '../../language/rule.js';
import type { Amount } from '../../language/values.js';
import { figuresOf } from './figures.js';

type OutlierRule = RuleOf<'outlier'>;

/** Shares are compared in hundredths of a percent. */
const SHARE_PARTS = 10_000;
const PARTS_OF_A_POINT = 100;
const COMPARISON = { above: '>', atLeast: '>=', below: '<', atMost: '<=' } as const;
/** No field of a contract has an underscore: what is added to a record's row takes no place of one. */
const [SCOPE, PEERS, MADE] = ['its_scope', 'its_peers', 'is_made'] as const;

/**
 * Whoever is a peer of whom is read from the records themselves, and a query about some sets of peers reads no others: nothing crosses. Without
 * `among` there is one set.
 */
export function outlierCohorts(rule: OutlierRule): CohortDefinition | null {
  const { among, grace } = rule;
  const period = rule.decide === 'closed' ? periodOfScope(rule) : null;
  return among.length === 0 ? null : { parts: among, closes: period === null ? null : { period, grace }, isUnproven: false };
}

/**
 * See `outlierSchema`. Records are read once for the figures of all scopes and once more for the evidence of those that hit; peers meet in one
 * row per set of them, so that it costs what the records cost, and nothing for each pair of peers.
 */
export function outlierQuery(
  rule: OutlierRule,
  catalogue: Catalogue,
  how: { reach: CohortReach; records: RecordSource },
): CompiledGroup {
  const parts = new OutlierParts(rule, catalogue, how);
  const names = figuresOf(rule);
  const { proving } = parts;
  const figures = [...names.map((name) => `toString(any(f_${name}))`), ...proving.lastValues(rule.figures)];
  const said = { figures, subjects: proving.lastValues(rule.subjects), proves: parts.proves() };
  const tables = parts.tables();
  const answers = answersSql(parts.records(), said);
  return proving.group({ tables, answers, params: parts.params, records: how.records }, names);
}

/** The parts of the query, in the order in which it reads. */
class OutlierParts {
  readonly params = new QueryParams();
  readonly proving: ProvingRecords;

  constructor(
    private readonly rule: OutlierRule,
    catalogue: Catalogue,
    private readonly how: { reach: CohortReach; records: RecordSource },
  ) {
    this.proving = new ProvingRecords(rule, catalogue);
  }

  tables(): string[] {
    return [`figured AS (\n${indent(this.figured())}\n)`, `answers AS (\n${indent(this.answers())}\n)`];
  }

  private amount(amount: Amount): string {
    return this.params.add(this.amountValue(amount), 'Int64');
  }

  private constant(of: Amount): Expr<number> {
    return constant(`amount ${this.amountValue(of)}`, this.amount(of), this.amountValue(of));
  }

  private amountValue(amount: Amount): number {
    return typeof amount === 'number' ? amount : (this.rule.parameters[amount.parameter]?.value ?? 0);
  }

  /**
   * Rows of an input, as `r`, with their scopes and whether they make a problem. Conditions stand inside: they look at the fields themselves,
   * whose place an alias outside would take.
   */
  private from(name: string): string {
    const { rule, params } = this;
    const input = inputOf(rule, name);
    const contract = this.proving.contract(name);
    const fields = scopeFields(rule.scope, input);
    const peers = scopeFields(rule.among, input);
    const scope = { contract, parameters: rule.parameters, params };
    const key = rowScopeSql(contract, fields);
    const isMade = makingFilters(rule, input, key, scope).filter((filter) => filter !== '1');
    const source = this.how.records.rows(contract, this.isOfCohorts() ? peers : []);
    const filtering = new Filtering(source).add(`atMs <= ${NOW}`);
    if (this.isOfCohorts()) filtering.addAll(scopeFilters(contract, peers, source.leading, COHORTS));
    const filters = [...filtering.where(), whereSql(input.where, scope), scopePresentSql(contract, fields)];
    const added = [
      `${key} AS ${SCOPE}`,
      `${peers.length === 0 ? "''" : rowScopeSql(contract, peers)} AS ${PEERS}`,
      `(${isMade.join(' AND ') || '1'}) AS ${MADE}`,
    ];
    return `FROM (
  SELECT
    *,
${indent(indent(added.join(',\n')))}
  FROM ${filtering.from()}
  ${whereClause(filters, ' ').trim()}
) AS r`;
  }

  /** It reads the records of some sets of peers, and no others. */
  private isOfCohorts(): boolean {
    const { reach } = this.how;
    return this.rule.among.length > 0 && (reach === 'cohorts' || reach === 'scopes');
  }

  /** A row of a side for each record of it. */
  private side({ of, measure, field }: Measured, isPart: boolean): string {
    const value = field === undefined ? null : slotExpression(column(this.proving.contract(of), field));
    const number = measure === 'sum' ? value : null;
    const text = measure === 'distinct' && value !== null ? `toString(${value})` : null;
    const columns = [
      `${SCOPE} AS scope`,
      `${PEERS} AS peers_key`,
      `${isPart ? 1 : 0} AS is_part`,
      'toInt64(r.atMs) AS at_ms',
      `CAST(${number ?? 'NULL'}, 'Nullable(Int64)') AS number`,
      `CAST(${text ?? 'NULL'}, 'Nullable(String)') AS text`,
    ];
    return `SELECT\n${indent(columns.join(',\n'))}\n${this.from(of)}\nWHERE ${MADE}`;
  }

  private measured({ measure }: Measured, isPart: boolean): string {
    const which = `is_part = ${isPart ? 1 : 0}`;
    if (measure === 'records') return `toInt64(countIf(${which}))`;
    if (measure === 'distinct') return `toInt64(uniqExactIf(text, ${which}))`;
    return `ifNull(sumIf(number, ${which}), 0)`;
  }

  /** Each scope's figure. */
  private figured(): string {
    const { part, whole, minWhole, decide, grace } = this.rule;
    const sides = [this.side(part, true), ...(whole ? [this.side(whole, false)] : [])];
    const measures = [
      `${this.measured(part, true)} AS part`,
      `${whole ? this.measured(whole, false) : 'toInt64(0)'} AS whole`,
      'max(at_ms) AS last_at',
    ];
    const period = decide === 'closed' ? periodOfScope(this.rule) : null;
    const occurredAt = period === null ? 'last_at' : closesAtSql({ period, grace }, 'last_at', (of) => this.constant(of));
    const filters = [
      ...(whole && minWhole !== undefined ? [`whole >= ${this.amount(minWhole)}`, 'whole > 0'] : []),
      ...(period === null ? [] : [`occurred_at <= ${NOW}`]),
    ];
    // Of none there is no share: the rows are left out, but their quotient may have been taken before.
    const own = whole ? `toInt64(intDiv(toInt128(part) * ${SHARE_PARTS}, toInt128(greatest(whole, 1))))` : 'part';
    return `SELECT scope, peers_key, part, whole, ${own} AS own, toInt64(${occurredAt}) AS occurred_at
FROM (
  SELECT
${indent(indent(['scope', 'any(side.peers_key) AS peers_key', ...measures].join(',\n')))}
  FROM (
${indent(indent(sides.join('\nUNION ALL\n')))}
  ) AS side
  GROUP BY side.scope AS scope
)${filters.length === 0 ? '' : `\nWHERE ${filters.join(' AND ')}`}`;
  }

  /** Those that hit, with what they are told. */
  private answers(): string {
    const { rule } = this;
    const pipeline = new Pipeline();
    const add = (stage: number, name: string, sql: string) => pipeline.add(stage, name, sql);
    const writer = new SqlWriter({ add, firstStage: 0, isRead: pipeline.isRead });
    const sorted = leaf<readonly (readonly number[])[]>('sorted', '[sorted]', () => []);
    const statistic = writer.write(
      numberAt(
        statisticOf(rule, sorted, (of) => this.constant(of), step),
        number(1),
      ),
    );
    pipeline.add(statistic.stage, 'of_peers', statistic.sql);
    const sets = `SELECT
  groupArray((scope, part, whole, own, occurred_at)) AS members,
  arraySort(groupArray(own)) AS sorted
FROM figured
GROUP BY peers_key
HAVING count() >= ${this.amount(rule.minPeers)}`;
    const percent = this.amount(rule.percent ?? 100);
    const tests = [
      `toInt128(one.4) * 100 ${COMPARISON[rule.is]} toInt128(of_peers) * ${percent}`,
      ...(rule.minPart === undefined ? [] : [`one.2 >= ${this.amount(rule.minPart)}`]),
      ...(rule.leastDistance === undefined ? [] : [this.isDistant(rule.leastDistance)]),
    ];
    // As `figuresOf` names them.
    const values = [
      'one.4',
      'of_peers',
      `toInt64(intDiv(toInt128(of_peers) * ${percent}, 100))`,
      'toInt64(length(sorted))',
      'one.2',
      'one.3',
    ];
    const columns = figuresOf(rule).map((name, i) => `${values[i] ?? 'NULL'} AS f_${name}`);
    return `SELECT
${indent(['one.1 AS scope', 'one.5 AS occurredAt', ...columns].join(',\n'))}
FROM (
${indent(pipeline.sql(sets, { stage: -1, where: '1' }))}
)
ARRAY JOIN arrayFilter(one -> ${tests.join(' AND ')}, members) AS one${whereClause([this.reach()], '\n')}`;
  }

  private reach(): string {
    const { reach } = this.how;
    // No others have been read.
    return reach === 'cohorts' ? '1' : REACH_OF_ANSWERS[reach];
  }

  private isDistant(least: Amount): string {
    const { is, whole } = this.rule;
    const [far, near] = is === 'above' || is === 'atLeast' ? ['one.4', 'of_peers'] : ['of_peers', 'one.4'];
    return `toInt128(${far}) - toInt128(${near}) >= toInt128(${this.amount(least)})${whole ? ` * ${PARTS_OF_A_POINT}` : ''}`;
  }

  /** Which side proves: what is there too often, or what is there without being what is missed. */
  private isLack(): boolean {
    return this.rule.whole !== undefined && (this.rule.is === 'below' || this.rule.is === 'atMost');
  }

  proves(): string {
    return this.isLack() ? 'is_whole AND NOT is_part' : 'is_part';
  }

  /** Each record of a scope that hits. */
  records(): string {
    const { part, whole, inputs } = this.rule;
    const proving = this.isLack() && whole ? [whole.of, part.of] : [part.of];
    const records = [...new Set([...proving, ...this.proving.told()])].map((name) => this.recordsOf(name));
    const sides = ['is_part', 'is_whole'].map((name) => `max(record.${name}) AS ${name}`);
    const role = `${Object.keys(inputs).indexOf(proving[0] ?? part.of)} AS role`;
    const said = figuresOf(this.rule).map((name) => `any(said.f_${name}) AS f_${name}`);
    return this.proving.once({ records, answers: 'answers', on: 'record.scope = said.scope' }, { role: [...sides, role], said });
  }

  private recordsOf(name: string): string {
    const { part, whole } = this.rule;
    const columns = [
      `${SCOPE} AS scope`,
      `toUInt8(${name === part.of ? MADE : 0}) AS is_part`,
      `toUInt8(${name === whole?.of ? MADE : 0}) AS is_whole`,
      ...this.proving.columns(name),
    ];
    return `SELECT\n${indent(columns.join(',\n'))}\n${this.from(name)}`;
  }
}
