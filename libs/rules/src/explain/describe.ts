import type { Catalogue } from '@tianyan/contracts';
import { kindOf } from '../kinds/index.js';
import type { RuleDefinition } from '../language/rule.js';
import { RuleWords } from './rule-words.js';

/** The rule in Chinese words, several lines: what it judges, what its inputs are, and its exceptions. With a catalogue, fields and values by their Chinese names. */
export function describeRule(rule: RuleDefinition, catalogue?: Catalogue): string {
  const words = new RuleWords(rule, catalogue);
  const inputs = Object.entries(rule.inputs).map(([name, input]) => {
    const parts = [catalogue?.find(input.type)?.label ?? input.type, words.link(name), words.where(name, input.where)];
    return `· ${words.input(name)}：${parts.filter(Boolean).join('，')}`;
  });
  const exceptions = rule.exceptions.map((e) => `· 例外：${e.reason}（${e.from ?? '一直'} 至 ${e.to ?? '今后'}）`);
  const sources = rule.sources === undefined ? [] : [`· 只看来自 ${rule.sources.join('、')} 的记录有没有问题`];
  return [`判断标准：${kindOf(rule).words(rule, words)}。`, '其中：', ...inputs, ...sources, ...exceptions].join('\n');
}
