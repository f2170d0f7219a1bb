import { STATISTIC_NAMES } from '../../explain/statistic-words.js';
import { summed } from '../../language/measured.js';
import type { FieldSum } from '../kind.js';
import type { Outlier } from './schema.js';

/** What the figures are called, by what they are. */
function figureNames({ part, whole }: Pick<Outlier, 'part' | 'whole'>): { own: string; peers: string; limit: string } {
  const ending = whole ? 'Share' : part.measure === 'sum' ? 'Sum' : 'Count';
  return { own: `own${ending}`, peers: `peers${ending}`, limit: `limit${ending}` };
}

export function figuresOf(rule: Outlier): string[] {
  const { own, peers, limit } = figureNames(rule);
  return [own, peers, limit, 'peers', ...(rule.whole ? ['part', 'whole'] : [])];
}

export function sharesOf(rule: Outlier): string[] {
  return rule.whole ? Object.values(figureNames(rule)) : [];
}

/** What is no sum of the scope's own part. */
export function measuredAs(rule: Outlier): FieldSum[] {
  const { peers, limit } = figureNames(rule);
  return rule.whole ? summed('whole', rule.whole) : [...summed(peers, rule.part), ...summed(limit, rule.part)];
}

export function figureLabelsOf(rule: Outlier): Readonly<Record<string, string>> {
  const { own, peers, limit } = figureNames(rule);
  return {
    [own]: rule.whole ? '占比' : rule.part.measure === 'sum' ? '合计' : '个数',
    [peers]: `同类的${STATISTIC_NAMES[rule.statistic]}`,
    [limit]: '界限',
    peers: '同类的个数',
    ...(rule.whole ? { part: '其中', whole: '总数' } : {}),
  };
}
