import type { RuleWords } from '../../explain/rule-words.js';
import type { Sequence } from './schema.js';

export function sequenceWords(sequence: Sequence, words: RuleWords): string {
  return sequence.steps
    .map((step, i) => {
      const between = step.notBetween ? `（其间没有${words.inputs(step.notBetween)}）` : '';
      const within = step.within ? `（${words.span(step.within)}内）` : '';
      return `${i === 0 ? '先有' : '后有'}${words.input(step.of)}${between}${within}`;
    })
    .join('，');
}
