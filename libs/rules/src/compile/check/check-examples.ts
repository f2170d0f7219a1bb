import type { ExampleRecord, RuleExample } from '../../language/example.js';
import { checkScalar } from './check-conditions.js';
import { kindFigures } from './check-words.js';
import { toldNames } from '../told-parameters.js';
import { offered, type RuleCheck } from './rule-check.js';
import { scopeParts } from '../../scope-key.js';

function checkRecord(check: RuleCheck, path: string, record: ExampleRecord): void {
  const { type, id: _id, at: _at, source: _source, version: _version, ...given } = record;
  const contract = check.catalogue.find(type);
  if (!contract) {
    const known = check.catalogue.all().map((one) => one.type);
    const message = `没有记录类型 ${type}，可用的类型：${offered(known, Infinity)}`;
    return check.add(`${path}.type`, message, '没有这种记录，请重新选');
  }
  for (const [field, value] of Object.entries(given)) {
    const column = check.fieldOf(`${path}.${field}`, contract, field);
    if (!column || value === null || value === undefined) continue;
    if (!contract.fields[field]) check.add(`${path}.${field}`, `${field} 不是业务字段，例子里不能写`);
    // An area in an example may have decimals, unlike in a condition.
    else if (column.kind !== 'area' || typeof value !== 'number') checkScalar(check, `${path}.${field}`, contract, column, value);
  }
}

function checkExample(check: RuleCheck, path: string, example: RuleExample): void {
  const { rule } = check;
  example.records.forEach((record, i) => checkRecord(check, `${path}.records.${i}`, record));
  const keys = example.records.map(({ type, id }) => `${type} ${id}`);
  keys.forEach((key, i) => {
    if (keys.indexOf(key) < i) check.add(`${path}.records.${i}.id`, `记录 ${key} 重复`);
  });
  const figures = new Set([...kindFigures(rule), ...Object.keys(rule.figures), ...toldNames(rule)]);
  const ids = new Set(example.records.map(({ id }) => id));
  example.expect.forEach((expectation, i) => {
    const at = `${path}.expect.${i}`;
    const parts = rule.scope.length;
    if (scopeParts(expectation.scope, parts).length !== parts)
      check.add(`${at}.scope`, `应由 ${parts} 部分组成，用 | 隔开（${rule.scope.join('|')}）`);
    if (!expectation.hit && expectation.dueAt === undefined)
      check.add(at, '不命中、也没有 dueAt 的范围不会出现在结果里：请写明 dueAt，或删去这一条');
    for (const name of Object.keys(expectation.figures ?? {}))
      if (!figures.has(name)) {
        const message = `没有数字 ${name}，可用的：${offered([...figures], Infinity)}`;
        check.add(`${at}.figures.${name}`, message, '这条规则没有这个数字，请去掉');
      }
    const unknown = (expectation.evidence ?? []).filter((id) => !ids.has(id));
    if (unknown.length > 0)
      check.add(`${at}.evidence`, `例子里没有编号为 ${offered(unknown)} 的记录，可用的编号：${offered([...ids], Infinity)}`);
  });
}

/** The examples are tests: what they name must be there. Whether they come out right, the tests say. */
export function checkExamples(check: RuleCheck): void {
  check.rule.examples.forEach((example, i) => checkExample(check, `examples.${i}`, example));
}
