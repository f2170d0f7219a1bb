import { PERIOD_LABELS } from '@tianyan/contracts';
import type { RuleWords } from '../../explain/rule-words.js';
import { periodOfScope } from '../../compile/scope-period.js';
import { BOUNDS, type Ratio, type RatioSide } from './schema.js';

const BOUND_WORDS = { above: '超过', atLeast: '达到', below: '不到', atMost: '不超过' } as const;

function sideWords({ of, measure, field = '' }: RatioSide, words: RuleWords): string {
  if (measure === 'records') return `${words.input(of)}的条数`;
  return measure === 'distinct'
    ? `${words.input(of)}不同的${words.field(of, field)}的个数`
    : `${words.input(of)}的${words.field(of, field)}合计`;
}

export function ratioWords(ratio: Ratio, words: RuleWords): string {
  const bound = BOUNDS.find((name) => ratio[name] !== undefined) ?? 'above';
  const percent = words.amount(ratio[bound] ?? 0);
  const period = ratio.decide === 'closed' ? periodOfScope(words.rule) : null;
  const when = period === null ? '' : `，${PERIOD_LABELS[period].replace(/^发生的?/, '')}过完才判断`;
  const least = `（${sideWords(ratio.whole, words)}至少 ${words.amount(ratio.minWhole)}）`;
  const within = ratio.within ? `${words.span(ratio.within)}内，` : '';
  return `${within}${sideWords(ratio.part, words)}占${sideWords(ratio.whole, words)}的比例${BOUND_WORDS[bound]} ${percent}%${least}${when}`;
}
