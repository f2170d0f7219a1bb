import type { RuleWords } from '../../explain/rule-words.js';
import type { Sequence } from './schema.js';

export function sequenceWords(sequence: Sequence, words: RuleWords): string {
  return sequence.steps
    .map((step, i) => {
      const within = step.within ? [`${words.span(step.within)}内`] : [];
      const between = step.notBetween ? [`其间没有${words.inputs(step.notBetween)}`] : [];
      const compared = (step.compare ?? []).map(({ field, is, step: n, to = field, ...shift }) => {
        const other = sequence.steps[n - 1]?.of ?? step.of;
        const [own, theirs] = [words.field(step.of, field), words.shifted(other, to, shift)];
        if (own === theirs && is === 'equals') return `${own}与第 ${n} 步相同`;
        if (own === theirs && is === 'differs') return `${own}与第 ${n} 步不同`;
        return `${own}${words.comparison(step.of, field, is)}第 ${n} 步的${theirs}`;
      });
      const limits = [...within, ...compared, ...between];
      const which = limits.length === 0 ? '' : `（${limits.join('，')}）`;
      const order = i === 0 ? '先有' : i === 1 ? '后有' : '再有';
      return `${order}${words.input(step.of)}${which}`;
    })
    .join('，');
}
