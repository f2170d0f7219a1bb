import type { RuleWords } from '../../explain/rule-words.js';
import type { Split } from './schema.js';

export function splitWords(split: Split, words: RuleWords): string {
  const field = words.field(split.of, split.field);
  const by = split.by === undefined ? '' : `同一${words.field(split.of, split.by)}的`;
  const limit = words.amount(split.limit);
  return `${words.span(split.within)}内，${by}${words.input(split.of)}有 ${words.amount(split.minParts)} 条以上${field}在限额（${limit}）的 ${words.amount(split.nearPercent)}% 至不到限额之间，合计达到限额`;
}
