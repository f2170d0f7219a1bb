import type { RuleWords } from '../../explain/rule-words.js';
import type { Count } from './schema.js';

export function countWords(count: Count, words: RuleWords): string {
  return count.any
    .map((clause) => {
      const within = clause.within ? `${words.span(clause.within)}内，` : '';
      const n = words.amount(clause.atLeast);
      if (clause.measure === 'records') return `${within}${words.input(clause.of)}达到 ${n} 条`;
      const field = words.field(clause.of, clause.field ?? '');
      return clause.measure === 'distinct'
        ? `${within}${words.input(clause.of)}涉及不同的${field}达到 ${n} 个`
        : `${within}${words.input(clause.of)}的${field}合计达到 ${n}`;
    })
    .join('；或者');
}
