import { kindOf } from '../../kinds/index.js';
import { readsScopes } from '../../kinds/kind.js';
import type { RuleException } from '../../language/parameters.js';
import { findColumn } from '../columns.js';
import { offered, type RuleCheck } from './rule-check.js';
import { checkWhere } from './check-conditions.js';

/** Inputs: their types, how their records reach the scope, their conditions. */
export function checkInputs(check: RuleCheck): void {
  const { rule, catalogue } = check;
  for (const [name, input] of Object.entries(rule.inputs)) {
    const path = `inputs.${name}`;
    const contract = catalogue.find(input.type);
    if (!contract) {
      const known = catalogue.all().map(({ type }) => type);
      check.add(`${path}.type`, `没有记录类型 ${input.type}，可用的类型：${offered(known, Infinity)}`, '没有这种记录，请重新选');
      continue;
    }
    checkWhere(check, `${path}.where`, contract, input.where);
    if (input.link) checkLink(check, name);
    else if (readsScopes(kindOf(rule))) checkScopeOf(check, name);
  }
}

function checkScopeOf(check: RuleCheck, name: string): void {
  const { rule } = check;
  const mapped = rule.inputs[name]?.scope ?? {};
  const contract = check.contract(name);
  if (!contract) return;
  for (const part of Object.keys(mapped))
    if (!rule.scope.includes(part))
      check.add(`inputs.${name}.scope.${part}`, `规则的 scope 里没有 ${part}，只有：${offered(rule.scope)}`);
  for (const part of rule.scope) {
    const field = mapped[part];
    if (field !== undefined) check.fieldOf(`inputs.${name}.scope.${part}`, contract, field);
    else if (!findColumn(contract, part))
      check.add(
        `inputs.${name}`,
        `${contract.label}（${contract.type}）没有字段 ${part}，无法归入 scope；请写 scope: { ${part}: 对应的字段 }，或用 link`,
        `“${contract.label}”里没有${check.fieldInWords(part)}，归不到判断对象：请选取自哪个字段，或改为连到别的记录，或换一个判断对象`,
      );
  }
}

function checkLink(check: RuleCheck, name: string): void {
  const { rule } = check;
  const link = rule.inputs[name]?.link;
  if (!link) return;
  const path = `inputs.${name}.link`;
  const subject = kindOf(rule).linkedTo?.(rule);
  if (name === subject) return check.add(path, 'subject 不能再用 link');
  if (subject !== undefined && link.to !== subject) return check.add(`${path}.to`, `只能连到规则的 subject（${subject}）`);
  if (!check.input(`${path}.to`, link.to)) return;
  if (rule.inputs[link.to]?.link)
    return check.add(`${path}.to`, `${link.to} 自己也用 link 连接，不能再连到它；请连到按 scope 归入的输入`);
  link.on.forEach((on, i) => {
    for (const [own, wanted] of Object.entries(on)) {
      const at = `${path}.on.${i}.${own}`;
      const mine = check.field(at, name, own);
      const theirs = check.field(at, link.to, wanted);
      for (const column of [mine, theirs])
        if (column && column.slotClass !== 'text') check.add(at, `字段 ${column.name} 不是编码或文字，不能用来连接`);
    }
  });
}

/** An exception that concerns no input is a mistyped one: it would silently except nothing. */
export function checkExceptions(check: RuleCheck): void {
  const contracts = [...new Set(Object.keys(check.rule.inputs).map((name) => check.contract(name)))].filter((c) => c !== null);
  check.rule.exceptions.forEach((exception, i) => {
    const path = `exceptions.${i}`;
    if (exception.from !== undefined && exception.to !== undefined && exception.from > exception.to)
      check.add(path, '开始日期晚于结束日期');
    if (exception.listed) checkListed(check, `${path}.listed`, exception.listed);
    const where = Object.entries(exception.where ?? {});
    if (where.length === 0) return;
    const concerned = contracts.filter((contract) => where.every(([field]) => contract.fields[field]));
    if (concerned.length === 0 && contracts.length > 0)
      check.add(
        `${path}.where`,
        `没有一个输入同时有这些字段：${where.map(([field]) => field).join('、')}，例外不会起作用；请只写同一个输入里都有的字段`,
      );
    for (const contract of concerned) checkWhere(check, `${path}.where`, contract, exception.where);
  });
}

const LISTED_BY_JOIN = '这类规则不写：名单也是一个输入，在查询里用 JOIN 排除';
const UNLISTED = '这类规则不写：用例外（exceptions）的 scope 写哪些对象，或用 where 写哪些记录';

function checkListed(check: RuleCheck, path: string, { of, ...valid }: NonNullable<RuleException['listed']>): void {
  const kind = kindOf(check.rule);
  if (kind.family === 'relational') return check.add(path, kind.readsScopes ? UNLISTED : LISTED_BY_JOIN);
  if (!check.input(`${path}.of`, of)) return;
  if (!check.rule.inputs[of]?.link)
    check.add(`${path}.of`, `${of} 须用 link 连到例外的记录，写明名单的哪个字段等于记录的哪个字段`);
  for (const [key, field] of Object.entries(valid))
    if (field !== undefined) check.fieldOfKind(`${path}.${key}`, of, field, ['day', 'instant'], '日期或时刻');
}

/** Parameters that nothing refers to are left alone; rows that can never fit are not. */
export function checkParameters(check: RuleCheck): void {
  for (const [name, { table }] of Object.entries(check.rule.parameters)) {
    (table ?? []).forEach((row, i) => {
      const path = `parameters.${name}.table.${i}`;
      if (row.from !== undefined && row.to !== undefined && row.from > row.to) check.add(path, '开始日期晚于结束日期');
      const open = row.region === undefined && row.from === undefined && row.to === undefined && row.when === undefined;
      if (open && i < (table ?? []).length - 1) check.add(path, '这一行没有条件，后面的行永远用不到；请移到最后');
    });
  }
}
