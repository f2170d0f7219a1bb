import type { RuleWords } from '../../explain/rule-words.js';
import type { Count } from './schema.js';

export function countWords(count: Count, words: RuleWords): string {
  return count.any
    .map((clause) => {
      const within = clause.within ? `${words.span(clause.within)}内，` : '';
      if (clause.measure === 'records') return `${within}${words.input(clause.of)}达到 ${words.amount(clause.atLeast)} 条`;
      const field = words.field(clause.of, clause.field ?? '');
      if (clause.measure === 'distinct')
        return `${within}${words.input(clause.of)}涉及的${field}达到 ${words.amount(clause.atLeast)} 个（相同的只算一个）`;
      // Sums are whole numbers: to reach 1 is to be above 0.
      const isAny = words.amountOf(clause.atLeast) === 1;
      const reached = isAny ? '大于 0' : `达到 ${words.quantity(clause.of, clause.field ?? '', clause.atLeast)}`;
      return `${within}${words.input(clause.of)}的${field}合计${reached}`;
    })
    .join('；或者');
}
