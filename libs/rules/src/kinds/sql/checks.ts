import { offered, type RuleCheck } from '../../compile/check/rule-check.js';
import { checkQuery, type CheckedQuery } from './check-query.js';
import { columnsOf } from './query.js';
import { OCCURRED_AT, type Sql } from './schema.js';
import { QueryTextError } from './tokens.js';

export function checkSql(check: RuleCheck, rule: Sql): void {
  checkTables(check);
  for (const name of Object.keys(rule.evidence)) check.input(`evidence.${name}`, name);
  checkScope(check);
  checkGroup(check, rule);
  checkReferences(check, rule);
  check.rule.exceptions.forEach(({ scope, where }, i) => {
    if (scope !== undefined && where !== undefined)
      check.add(`exceptions.${i}`, '这类规则的例外只写 scope 或 where 之一：按 scope 排除结果，按 where 排除记录');
  });
  const query = checkedQuery(check, rule);
  if (query) {
    checkParameters(check, query);
    checkColumns(check, rule, query);
    noteFields(check, rule, query);
  }
}

function checkedQuery(check: RuleCheck, rule: Sql): CheckedQuery | null {
  try {
    return checkQuery(rule.query, new Set(Object.keys(check.rule.inputs)));
  } catch (error) {
    if (!(error instanceof QueryTextError)) throw error;
    check.add('query', `第 ${error.line} 行：${error.problem}`);
    return null;
  }
}

/** The query itself says how records belong together. */
function checkTables(check: RuleCheck): void {
  if (check.rule.inputs['calendar']) check.add('inputs.calendar', '输入不能叫 calendar：查询里这是工作日历，请换一个名称');
  for (const [name, { scope, link }] of Object.entries(check.rule.inputs)) {
    if (scope !== undefined) check.add(`inputs.${name}.scope`, '这类规则不写：查询自己给出 scope 各部分的列');
    if (link !== undefined) check.add(`inputs.${name}.link`, '这类规则不写：查询里用 JOIN 连接');
  }
}

/** A part that no input has as a column could be made of anything, and says to nobody what it is. */
function checkScope(check: RuleCheck): void {
  const contracts = Object.keys(check.rule.inputs).flatMap((name) => check.contract(name) ?? []);
  if (contracts.length === 0) return;
  const columns = new Set(
    contracts.flatMap((contract) => columnsOf(contract).flatMap(({ name, covered }) => (covered ? [] : [name]))),
  );
  for (const part of check.rule.scope)
    if (!columns.has(part))
      check.add('scope', `没有一个输入有列 ${part}，可用的列：${offered([...columns].toSorted(), Infinity)}`);
}

/** Which records are compared must be seen of each of them, and which scopes they are of the scope itself. */
function checkGroup(check: RuleCheck, { group = [] }: Sql): void {
  group.forEach((field, i) => {
    if (group.indexOf(field) < i) check.add(`group.${i}`, `${field} 写了两次`);
    if (!check.rule.scope.includes(field))
      check.add(`group.${i}`, `${field} 须是 scope 的一部分：${offered(check.rule.scope)}，才知道一个结果属于哪一组`);
    for (const name of Object.keys(check.rule.inputs)) {
      const contract = check.contract(name);
      if (!contract) continue;
      const columns = columnsOf(contract).flatMap((column) => (column.covered ? [] : [column.name]));
      if (!columns.includes(field))
        check.add(`group.${i}`, `输入 ${name} 没有列 ${field}，说不出它的记录属于哪一组；它的列：${offered(columns, Infinity)}`);
    }
  });
}

/** What words refer to is read from the evidence. */
function checkReferences(check: RuleCheck, { evidence }: Sql): void {
  for (const key of ['subjects', 'figures'] as const)
    for (const [name, reference] of Object.entries(check.rule[key])) {
      const [input = ''] = reference.split('.');
      if (check.rule.inputs[input] && evidence[input] === undefined)
        check.add(
          `${key}.${name}`,
          `${input} 不在 evidence 里，读不到它的字段；evidence 里有：${offered(Object.keys(evidence))}`,
        );
    }
}

function checkParameters(check: RuleCheck, { parameters }: CheckedQuery): void {
  for (const name of parameters) if (name !== 'now') check.plainParameter('query', name);
}

/** The answer has the columns that are read of it, where it names its columns. */
function checkColumns(check: RuleCheck, rule: Sql, { columns }: CheckedQuery): void {
  if (columns === null) return;
  const wanted = [...check.rule.scope, OCCURRED_AT, ...Object.values(rule.evidence), ...Object.keys(rule.numbers)];
  for (const name of new Set(wanted))
    if (!columns.has(name))
      check.add('query', `最外层的 SELECT 没有列 ${name}（写 … AS ${name}），现有：${offered([...columns], Infinity)}`);
}

/** Whoever asks which fields a rule cannot do without hears of every column that the query names. */
function noteFields(check: RuleCheck, rule: Sql, { words }: CheckedQuery): void {
  for (const name of Object.keys(rule.evidence)) {
    const contract = check.contract(name);
    for (const field of Object.keys(contract?.fields ?? {})) if (words.has(field)) check.field('query', name, field);
  }
}
