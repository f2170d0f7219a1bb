import type { RuleWords } from '../../explain/rule-words.js';
import type { Rotation } from './schema.js';

export function rotationWords({ sets, overlap, atLeast, winners }: Rotation, words: RuleWords): string {
  const [key, member] = [words.field(sets.of, sets.key), words.field(sets.of, sets.member)];
  const base = overlap.of === 'union' ? '两组全部成员' : '较小一组';
  const won = winners
    ? `，且其中${words.input(winners.of)}的${words.field(winners.of, winners.member)}至少有 ${words.amount(winners.atLeast)} 个不同的`
    : '';
  return (
    `${words.input(sets.of)}按${key}分组，各组的成员是不同的${member}（至少 ${words.amount(sets.minMembers)} 个）；` +
    `有 ${words.amount(atLeast)} 组以上的成员与同一组重合，达到${base}的 ${words.amount(overlap.percent)}%${won}`
  );
}
