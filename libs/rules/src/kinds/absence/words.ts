import type { RuleWords } from '../../explain/rule-words.js';
import type { Absence, BackwardClause, Expected, ForwardClause } from './schema.js';

function expectedWords(expected: readonly Expected[], words: RuleWords): string {
  return words.inputs(expected.map((e) => (typeof e === 'string' ? e : e.of)));
}

function forwardWords(clause: ForwardClause, words: RuleWords): string {
  const which = { each: '每条', first: '首条', last: '最后一条' }[clause.which];
  const unless = clause.unless.length > 0 ? `（有${expectedWords(clause.unless, words)}的除外）` : '';
  const pauses = clause.pauses ? `；从${words.input(clause.pauses.of)}到${words.input(clause.pauses.until)}不计时` : '';
  const extensions = clause.extensions ? `；有${words.input(clause.extensions.of)}的，期限相应延长` : '';
  const late = clause.lateOnly ? '，过后才有' : '';
  return `${which}${words.input(clause.of)}${words.deadline(clause.deadline, clause.of)}没有${expectedWords(clause.expect, words)}${late}${unless}${pauses}${extensions}`;
}

function backwardWords(clause: BackwardClause, words: RuleWords): string {
  const within = clause.within ? ` ${words.span(clause.within)}内` : '';
  return `有${words.input(clause.of)}，而此前${within}没有${words.inputs(clause.expect)}`;
}

export function absenceWords(absence: Absence, words: RuleWords): string {
  return absence.any
    .map((clause) => (clause.look === 'backward' ? backwardWords(clause, words) : forwardWords(clause, words)))
    .join('；或者');
}
