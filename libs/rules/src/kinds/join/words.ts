import type { RuleWords } from '../../explain/rule-words.js';
import type { Join, JoinCondition } from './schema.js';

const COMPARISON_WORDS = {
  equals: '等于',
  differs: '不同于',
  above: '大于',
  atLeast: '不小于',
  below: '小于',
  atMost: '不大于',
} as const;

function conditionWords(condition: JoinCondition, join: Join, words: RuleWords): string {
  const subject = words.input(join.subject);
  const compared = (condition.compare ?? []).map(
    (c) => `${words.field(condition.of, c.field)}${COMPARISON_WORDS[c.is]}${subject}的${words.field(join.subject, c.subject)}`,
  );
  const which = compared.length > 0 ? `${compared.join('且')}的` : '';
  const after = condition.after === undefined ? '' : `其后${condition.within ? ` ${words.span(condition.within)}内` : ''}`;
  const of = words.input(condition.of);
  if (condition.share)
    return `${after}${of}的${words.field(condition.of, condition.share.sum)}合计达到${subject}的${words.field(join.subject, condition.share.ofField)}的 ${words.amount(condition.share.percent)}%`;
  if (condition.sumBelow)
    return `${of}的${words.field(condition.of, condition.sumBelow.sum)}合计少于${words.field(join.subject, condition.sumBelow.field)}`;
  if (condition.none) return `${after}没有${which}${of}`;
  return `${after}有${which}${of}至少 ${words.amount(condition.atLeast ?? 1)} 条`;
}

export function joinWords(join: Join, words: RuleWords): string {
  const deadline = join.deadline ? `（${words.deadline(join.deadline, join.subject)}不判断）` : '';
  return `对每条${words.input(join.subject)}${deadline}：${join.all.map((c) => conditionWords(c, join, words)).join('，并且')}`;
}
