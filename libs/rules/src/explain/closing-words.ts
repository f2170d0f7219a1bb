import type { Grace } from '../language/closing.js';
import type { RuleWords } from './rule-words.js';

/** When a period that is named before it is decided. */
export function closingWords(grace: Grace | undefined, words: RuleWords): string {
  if (grace === undefined) return '过完才判断';
  const { workingDays, calendarDays = 0 } = grace;
  return workingDays === undefined
    ? `过完后第 ${words.amount(calendarDays)} 天结束才判断`
    : `过完后第 ${words.amount(workingDays)} 个工作日结束才判断`;
}
