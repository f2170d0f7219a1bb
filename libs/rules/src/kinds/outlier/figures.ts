import { STATISTIC_NAMES } from '../../explain/statistic-words.js';
import type { Outlier } from './schema.js';

/** What the figures are called: a share is shown in percent, a sum as money. */
function figureNames({ part, whole }: Pick<Outlier, 'part' | 'whole'>): { own: string; peers: string; limit: string } {
  const ending = whole ? 'Share' : part.measure === 'sum' ? 'Sum' : 'Count';
  return { own: `own${ending}`, peers: `peers${ending}`, limit: `limit${ending}` };
}

export function figuresOf(rule: Outlier): string[] {
  const { own, peers, limit } = figureNames(rule);
  return [own, peers, limit, 'peers', ...(rule.whole ? ['part', 'whole'] : [])];
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
