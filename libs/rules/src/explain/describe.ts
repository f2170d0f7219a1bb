import type { Catalogue } from '@tianyan/contracts';
import { kindOf } from '../kinds/index.js';
import type { RuleDefinition } from '../language/rule.js';
import { RuleWords } from './rule-words.js';

/** The rule in Chinese words, several lines: what it judges, what its inputs are, and its exceptions. With a catalogue, fields and values by their Chinese names. */
export function describeRule(rule: RuleDefinition, catalogue?: Catalogue): string {
  const inputs = inputsInWords(rule, catalogue).map(({ words }) => `· ${words}`);
  const words = new RuleWords(rule, catalogue);
  const exceptions = rule.exceptions.map(({ reason, listed, from, to }) => {
    const who = listed === undefined ? '' : `，${words.input(listed.of)}里当时有的`;
    return `· 例外：${reason}${who}（${from ?? '一直'} 至 ${to ?? '今后'}）`;
  });
  const sources = rule.sources === undefined ? [] : [`· 只看来自 ${rule.sources.join('、')} 的记录有没有问题`];
  return [`判断标准：${judgedInWords(rule, catalogue)}。`, '其中：', ...inputs, ...sources, ...exceptions].join('\n');
}

/** What the rule judges, without the full stop. */
export function judgedInWords(rule: RuleDefinition, catalogue?: Catalogue): string {
  return kindOf(rule).words(rule, new RuleWords(rule, catalogue));
}

/** Which records each input looks at. */
export function inputsInWords(rule: RuleDefinition, catalogue?: Catalogue): { name: string; words: string }[] {
  const words = new RuleWords(rule, catalogue);
  return Object.entries(rule.inputs).map(([name, input]) => {
    const parts = [catalogue?.find(input.type)?.label ?? input.type, words.link(name), words.where(name, input.where)];
    return { name, words: `${words.input(name)}：${parts.filter(Boolean).join('，')}` };
  });
}
