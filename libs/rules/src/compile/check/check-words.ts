import { FORMATS, PLACEHOLDER } from '../../explain/explain.js';
import { labelOfField } from '../../explain/rule-words.js';
import { kindOf } from '../../kinds/index.js';
import type { RuleDefinition } from '../../language/rule.js';
import { tellableNames } from '../told-parameters.js';
import { isFirm } from '../scope.js';
import { offered, type RuleCheck } from './rule-check.js';
import { isOpenField, type Contract } from '@tianyan/contracts';

/** Names of the figures that the kind itself supplies. */
export function kindFigures(rule: RuleDefinition): readonly string[] {
  return kindOf(rule).figures(rule);
}

function checkReferences(check: RuleCheck, key: 'subjects' | 'figures'): void {
  const { rule } = check;
  const taken = new Set(key === 'figures' ? kindFigures(rule) : rule.scope);
  for (const [name, reference] of Object.entries(rule[key])) {
    const [input = '', field = ''] = reference.split('.');
    if (check.field(`${key}.${name}`, input, field)) checkMayBeSaid(check, `${key}.${name}`, check.contract(input), field);
    if (taken.has(name))
      check.add(
        `${key}.${name}`,
        `${name} 已经有了（${key === 'figures' ? '规则自己的数字' : 'scope 的组成部分'}），请换个名称`,
        key === 'figures' ? '这个名称已经给了规则自己的数字，请换一个' : '判断对象里已经有了，这里不用再写，请去掉',
      );
  }
}

/**
 * Subjects, figures and scopes stand in lists, alerts and webhooks, where nobody is asked for a reason: no field of a person,
 * and no free text of what may have been told in confidence.
 */
function checkMayBeSaid(check: RuleCheck, path: string, contract: Contract | null, field: string): void {
  const meta = contract?.fields[field];
  if (!contract || !meta) return;
  if (meta.privacy === 'personal' || meta.privacy === 'secret')
    check.add(path, `字段 ${field}（${meta.label}）是受保护的个人信息，不能写进疑点的说明、涉及对象、数字或范围`);
  else if (meta.kind === 'text' && !isOpenField(contract, field))
    check.add(
      path,
      `字段 ${field}（${meta.label}）是${contract.label}的内容，工单可能要求保密，不能写进疑点的说明、涉及对象或数字`,
    );
}

/** A scope's parts are subjects too, under their own names. */
function checkScope(check: RuleCheck): void {
  const { rule } = check;
  for (const [name, input] of Object.entries(rule.inputs)) {
    if (input.link) continue;
    for (const part of rule.scope) checkPart(check, `inputs.${name}`, check.contract(name), [part, input.scope?.[part] ?? part]);
  }
}

/** What the part of a scope is called that is a firm, in whatever part it stands in a record: so that a finding's firm is found by one name. */
const FIRM_PART = 'firmCreditCode';

/** The credit code of a firm may be a part, as public registers name it; see `isScopePart` for those of persons. */
function checkPart(check: RuleCheck, path: string, contract: Contract | null, [part, field]: readonly [string, string]): void {
  if (!contract || !isFirm(contract, field)) return checkMayBeSaid(check, path, contract, field);
  if (part !== FIRM_PART)
    check.add(
      path,
      `判断对象是企业的，scope 里写 ${FIRM_PART}，输入里写 scope: { ${FIRM_PART}: ${field} }`,
      '以企业为判断对象的，表单里选不出来：请在旁边的全文里写，写法见规则指南“疑点积分”一节',
    );
}

/** Subjects by which a finding lies somewhere: people of that place see it, with all its evidence. */
const PLACES = ['townshipCode', 'villageCode'];

/** A firm has contracts in several townships: by the place of one of them whoever is of that place would be shown the others. */
function checkPlaceOfFirm(check: RuleCheck): void {
  const { scope, subjects } = check.rule;
  if (!scope.includes(FIRM_PART) || PLACES.some((place) => scope.includes(place))) return;
  for (const place of PLACES)
    if (subjects[place] !== undefined)
      check.add(
        `subjects.${place}`,
        `判断对象是企业，合同常在几个乡镇：写了 ${place}，疑点就在其中一个乡镇，那里的人会看到别处的证据。请去掉（只有管辖全县的人看得到），或者把 ${PLACES.join(' 或 ')} 写进 scope，分开判断`,
      );
}

/** Only a field, or a sum of one, can be asked whether it is money. */
function checkAmountAtStake(check: RuleCheck): void {
  const { amountAtStake: name, figures } = check.rule;
  if (name === undefined) return;
  const sums = kindOf(check.rule).sums?.(check.rule) ?? [];
  const summed = sums.filter(({ figure }) => figure === name).map(({ of, field }) => [of, field]);
  const named = figures[name]?.split('.');
  const fields = named ? [named] : summed;
  if (fields.length === 0) {
    const names = [...Object.keys(figures), ...new Set(sums.map(({ figure }) => figure))];
    return check.add('amountAtStake', `figures 里没有 ${name}，可用的名称：${offered(names, Infinity)}`);
  }
  const isMoney = ([input = '', field = '']: readonly string[]) => {
    const meta = check.contract(input)?.fields[field];
    return !meta || meta.kind === 'money';
  };
  if (!fields.every(isMoney)) check.add('amountAtStake', `${name} 不是金额字段，不能作涉及金额`);
}

function meantBy({ catalogue }: RuleCheck, name: string): string {
  const label = labelOfField(catalogue, name);
  return label === undefined ? '' : `（${label}）`;
}

/** The text may cite only what an evaluation carries. */
function checkExplanation(check: RuleCheck): void {
  const { rule } = check;
  const names = new Set([
    ...kindFigures(rule),
    ...Object.keys(rule.figures),
    ...rule.scope,
    ...Object.keys(rule.subjects),
    ...tellableNames(rule),
  ]);
  for (const [whole, name = '', format] of rule.explanation.matchAll(PLACEHOLDER)) {
    if (!names.has(name))
      check.add(
        'explanation',
        `没有可以填入 ${whole} 的内容，可用的名称：${offered([...names], Infinity)}`,
        // As it stands in the text before the reader's eyes, or it is not found there.
        `${whole}${meantBy(check, name)}现在填不出来：请删去，需要的用下面的按钮重新插入`,
      );
    if (format !== undefined && !(FORMATS as readonly string[]).includes(format)) {
      const message = `${whole} 的格式应为 ${FORMATS.join('、')} 之一`;
      // For the form as well: names within it are not put into words, for the same reason.
      check.add('explanation', message, message);
    }
  }
  if (/[{}]/.test(rule.explanation.replaceAll(PLACEHOLDER, '')))
    check.add('explanation', '花括号写法不对，应为 {名称} 或 {名称:格式}');
}

/** Everything that is words for people or takes part in them. */
export function checkWords(check: RuleCheck): void {
  checkScope(check);
  checkPlaceOfFirm(check);
  checkReferences(check, 'subjects');
  checkReferences(check, 'figures');
  checkExplanation(check);
  checkAmountAtStake(check);
  for (const name of Object.keys(check.rule.roles)) check.input(`roles.${name}`, name);
}
