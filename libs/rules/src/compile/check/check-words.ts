import { FORMATS, PLACEHOLDER } from '../../explain/explain.js';
import type { RuleDefinition } from '../../language/rule.js';
import { offered, type RuleCheck } from './rule-check.js';

const OF_RECORDS = ['count', 'firstAtMs', 'lastAtMs'] as const;

/** Names of the figures that the kind itself supplies. */
export function kindFigures(rule: RuleDefinition): string[] {
  switch (rule.kind) {
    case 'match':
    case 'sequence':
      return [...OF_RECORDS];
    case 'count':
      return [...OF_RECORDS, 'distinct', 'sum', 'threshold'];
    case 'absence':
      return ['count', 'startMs', 'deadlineMs', 'limit', 'doneAtMs', 'lateDays'];
    case 'join':
      return [
        'subjects',
        'startMs',
        'deadlineMs',
        ...rule.all.flatMap((condition) => [
          `${condition.of}Count`,
          ...(condition.share || condition.sumBelow ? [`${condition.of}Sum`] : []),
          ...(condition.share ? [`${condition.share.mark}Ms`] : []),
        ]),
      ];
  }
}

function checkReferences(check: RuleCheck, key: 'subjects' | 'figures'): void {
  const { rule } = check;
  const taken = new Set(key === 'figures' ? kindFigures(rule) : rule.scope);
  for (const [name, reference] of Object.entries(rule[key])) {
    const [input = '', field = ''] = reference.split('.');
    check.field(`${key}.${name}`, input, field);
    if (taken.has(name))
      check.add(`${key}.${name}`, `${name} 已经有了（${key === 'figures' ? '规则自己的数字' : 'scope 的组成部分'}），请换个名称`);
  }
}

/** The text may cite only what an evaluation carries. */
function checkExplanation(check: RuleCheck): void {
  const { rule } = check;
  const names = new Set([
    ...kindFigures(rule),
    ...Object.keys(rule.figures),
    ...rule.scope,
    ...Object.keys(rule.subjects),
    ...Object.keys(rule.parameters).filter((name) => rule.parameters[name]?.value !== undefined),
  ]);
  for (const [whole, name = '', format] of rule.explanation.matchAll(PLACEHOLDER)) {
    if (!names.has(name)) check.add('explanation', `没有可以填入 ${whole} 的内容，可用的名称：${offered([...names], Infinity)}`);
    if (format !== undefined && !(FORMATS as readonly string[]).includes(format))
      check.add('explanation', `${whole} 的格式应为 ${FORMATS.join('、')} 之一`);
  }
  if (/[{}]/.test(rule.explanation.replaceAll(PLACEHOLDER, '')))
    check.add('explanation', '花括号写法不对，应为 {名称} 或 {名称:格式}');
}

/** Everything that is words for people or takes part in them. */
export function checkWords(check: RuleCheck): void {
  checkReferences(check, 'subjects');
  checkReferences(check, 'figures');
  checkExplanation(check);
  for (const name of Object.keys(check.rule.roles))
    if (!check.rule.inputs[name]) check.add(`roles.${name}`, `没有名为 ${name} 的输入`);
}
