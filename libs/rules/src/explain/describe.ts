import type { Catalogue } from '@tianyan/contracts';
import { kindOf } from '../kinds/index.js';
import type { RuleDefinition } from '../language/rule.js';
import { RuleWords } from './rule-words.js';
import { findingsWords, scopeWords } from './scope-words.js';

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

/** What the rule judges, and of what, without the full stop. */
export function judgedInWords(rule: RuleDefinition, catalogue?: Catalogue): string {
  const words = new RuleWords(rule, catalogue);
  return `${scopeWords(words)}里，${kindOf(rule).words(rule, words)}`;
}

/** How many findings come of it, for whoever writes it; without the last full stop. */
export function findingsInWords(rule: RuleDefinition, catalogue?: Catalogue): string {
  return findingsWords(new RuleWords(rule, catalogue));
}

/** Which records each input looks at. */
export function inputsInWords(rule: RuleDefinition, catalogue?: Catalogue): { name: string; words: string }[] {
  const words = new RuleWords(rule, catalogue);
  return Object.entries(rule.inputs).map(([name, input]) => {
    const parts = [catalogue?.find(input.type)?.label ?? input.type, words.link(name), words.where(name, input.where)];
    return { name, words: `${words.input(name)}：${parts.filter(Boolean).join('，')}` };
  });
}
