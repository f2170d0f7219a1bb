import type { PeriodField } from '@tianyan/contracts';
import { closingWords } from '../../explain/closing-words.js';
import type { RuleWords } from '../../explain/rule-words.js';
import { periodOfScope } from '../../compile/scope-period.js';
import { BOUNDS, type Earlier, type Ratio, type RatioSide } from './schema.js';

const BOUND_WORDS = { above: '超过', atLeast: '达到', below: '不到', atMost: '不超过' } as const;

const PERIOD_WORDS: Readonly<Record<PeriodField, string>> = {
  atDay: '当天',
  atWeek: '当周',
  atMonth: '当月',
  atQuarter: '当季',
  atYear: '当年',
};

function sideWords({ of, measure, field = '', onlyAfter }: RatioSide, words: RuleWords): string {
  const records = onlyAfter ? `${words.input(of)}（${earlierWords(of, onlyAfter, words)}）` : words.input(of);
  if (measure === 'records') return `${records}的条数`;
  return measure === 'distinct' ? `${records}不同的${words.field(of, field)}的个数` : `${records}的${words.field(of, field)}合计`;
}

function earlierWords(of: string, { of: earlier, within, compare = [] }: Earlier, words: RuleWords): string {
  const compares = compare.map(({ field, is, to = field, ...shift }) => {
    const [own, theirs] = [words.field(of, field), words.shifted(earlier, to, shift)];
    if (own === theirs && is === 'equals') return `${own}相同`;
    if (own === theirs && is === 'differs') return `${own}不同`;
    return `本条的${own}${words.comparison(of, field, is)}那一条的${theirs}`;
  });
  return [`只算此前${within ? `${words.span(within)}内` : ''}有${words.input(earlier)}的`, ...compares].join('，');
}

export function ratioWords(ratio: Ratio, words: RuleWords): string {
  const bound = BOUNDS.find((name) => ratio[name] !== undefined) ?? 'above';
  const percent = words.amount(ratio[bound] ?? 0);
  const period = ratio.decide === 'closed' ? periodOfScope(words.rule) : null;
  const when = period === null ? '' : `，${PERIOD_WORDS[period]}${closingWords(ratio.grace, words)}`;
  const { of, measure, field = '' } = ratio.whole;
  const least =
    measure === 'sum'
      ? words.quantity(of, field, ratio.minWhole)
      : `${words.amount(ratio.minWhole)} ${measure === 'records' ? '条' : '个'}`;
  const within = ratio.within ? `${words.span(ratio.within)}内，` : '';
  return `${within}${sideWords(ratio.part, words)}占${sideWords(ratio.whole, words)}${BOUND_WORDS[bound]} ${percent}%（后者至少 ${least}才判断${when}）`;
}
