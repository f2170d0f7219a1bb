import type { RuleWords } from '../../explain/rule-words.js';
import type { Match } from './schema.js';

export function matchWords(match: Match, words: RuleWords): string {
  return `出现下面这样的${words.input(match.of)}`;
}
