import type { RuleWords } from '../../explain/rule-words.js';
import type { Sql } from './schema.js';

export function sqlWords(rule: Sql, words: RuleWords): string {
  const inputs = Object.keys(words.rule.inputs).map((name) => words.input(name));
  return `用专家写的一条查询（SQL）从${inputs.join('、')}里找，每 ${rule.everyMinutes} 分钟整体判断一次`;
}
