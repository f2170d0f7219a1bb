import type { RuleWords } from '../../explain/rule-words.js';
import type { Sequence } from './schema.js';

export function sequenceWords(sequence: Sequence, words: RuleWords): string {
  return sequence.steps
    .map((step, i) => {
      const between = step.notBetween ? `（其间没有${words.inputs(step.notBetween)}）` : '';
      const within = step.within ? `（${words.span(step.within)}内）` : '';
      const compared = (step.compare ?? []).map(({ field, is, step: n, to = field, ...shift }) => {
        const other = sequence.steps[n - 1]?.of ?? step.of;
        return `${words.field(step.of, field)}${words.comparison(step.of, field, is)}第 ${n} 步的${words.shifted(words.field(other, to), shift)}`;
      });
      const which = compared.length === 0 ? '' : `（${compared.join('，')}）`;
      return `${i === 0 ? '先有' : '后有'}${words.input(step.of)}${which}${between}${within}`;
    })
    .join('，');
}
