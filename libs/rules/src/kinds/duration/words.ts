import type { RuleWords } from '../../explain/rule-words.js';
import type { Duration, DurationClause, State } from './schema.js';

function stateWords({ of, until }: State, words: RuleWords): string {
  return `从${words.input(of)}到${words.inputs(until)}`;
}

function clauseWords(clause: DurationClause, words: RuleWords): string {
  const bound = clause.above === undefined ? '达到' : '超过';
  if (clause.measure !== 'percent') {
    const length = words.span(clause.above ?? clause.atLeast ?? {});
    return `${clause.measure === 'longest' ? '单次' : '合计'}${bound} ${length}`;
  }
  const least = clause.minWhole ? `（后者至少 ${words.span(clause.minWhole)}）` : '';
  return `占${stateWords(clause.whole, words)}的时间${bound} ${words.amount(clause.above ?? clause.atLeast ?? 0)}%${least}`;
}

export function durationWords(duration: Duration, words: RuleWords): string {
  return `${stateWords(duration, words)}的时间，${duration.any.map((clause) => clauseWords(clause, words)).join('；或者')}`;
}
