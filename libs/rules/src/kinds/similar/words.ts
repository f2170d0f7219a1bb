import type { RuleWords } from '../../explain/rule-words.js';
import type { Similar } from './schema.js';

export function similarWords({ of, field, percent, minLength, different, atLeast, within }: Similar, words: RuleWords): string {
  const span = within ? `${words.span(within)}内，` : '';
  const whose = different === undefined ? '' : `不同${words.field(of, different)}的`;
  return (
    `${span}${whose}${words.input(of)}，${words.field(of, field)}（至少 ${words.amount(minLength)} 字）` +
    `相同的字对达到 ${words.amount(percent)}% 的，连同它自己有 ${words.amount(atLeast)} 份以上`
  );
}
