import type { RuleWords } from '../../explain/rule-words.js';
import { asksForNow } from './check-query.js';
import type { Sql } from './schema.js';

export function sqlWords(rule: Sql, words: RuleWords): string {
  const inputs = Object.keys(words.rule.inputs).map((name) => words.input(name));
  return `用专家写的一条查询（SQL）从${inputs.join('、')}里找，每 ${rule.everyMinutes} 分钟${judged(rule, words)}`;
}

function judged({ group, query }: Sql, words: RuleWords): string {
  if (group === undefined) return '整体判断一次';
  const [input = ''] = Object.keys(words.rule.inputs);
  const each = `对照组（${group.map((field) => words.field(input, field)).join('、')}相同的记录）`;
  return asksForNow(query) ? `整体判断一次，同一${each}里互相比较` : `把这期间有变动的${each}各判断一次`;
}
