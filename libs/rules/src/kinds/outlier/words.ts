import { closingWords } from '../../explain/closing-words.js';
import type { RuleWords } from '../../explain/rule-words.js';
import { statisticWords } from '../../explain/statistic-words.js';
import { COMPARISON_WORDS } from '../../explain/comparison-words.js';
import type { Measured } from '../../language/measured.js';
import type { Outlier } from './schema.js';

function measuredWords({ of, measure, field = '' }: Measured, words: RuleWords): string {
  if (measure === 'records') return `${words.input(of)}的条数`;
  return measure === 'distinct'
    ? `${words.input(of)}不同的${words.field(of, field)}的个数`
    : `${words.input(of)}的${words.field(of, field)}合计`;
}

/** A number of what is measured, with its unit. */
function quantity({ of, measure, field = '' }: Measured, amount: NonNullable<Outlier['minWhole']>, words: RuleWords): string {
  if (measure === 'sum') return words.quantity(of, field, amount);
  return `${words.amount(amount)} ${measure === 'records' ? '条' : '个'}`;
}

function distanceWords({ is, part, whole }: Outlier, least: NonNullable<Outlier['leastDistance']>, words: RuleWords): string {
  const side = is === 'above' || is === 'atLeast' ? '高出' : '低';
  return `比这个统计值至少${side} ${whole ? `${words.amount(least)} 个百分点` : quantity(part, least, words)}`;
}

export function outlierWords(rule: Outlier, words: RuleWords): string {
  const { part, whole, minWhole, minPart, leastDistance } = rule;
  const partName = (name: string) => words.field(part.of, words.rule.inputs[part.of]?.scope?.[name] ?? name);
  const told = words.rule.scope.filter((name) => !rule.among.includes(name)).map(partName);
  const among = rule.among.length === 0 ? '所有的' : `${rule.among.map(partName).join('、')}相同的各`;
  const own = whole ? `${measuredWords(part, words)}占${measuredWords(whole, words)}的百分比` : measuredWords(part, words);
  const share = rule.percent === undefined ? '' : `的 ${words.amount(rule.percent)}%`;
  const least = [
    `同类满 ${words.amount(rule.minPeers)} 个才比`,
    ...(whole && minWhole !== undefined ? [`${measuredWords(whole, words)}至少 ${quantity(whole, minWhole, words)}的才算`] : []),
    ...(minPart === undefined ? [] : [`自己的${measuredWords(part, words)}至少 ${quantity(part, minPart, words)}`]),
    ...(leastDistance === undefined ? [] : [distanceWords(rule, leastDistance, words)]),
    ...(rule.decide === 'closed' ? [`这段时间${closingWords(rule.grace, words)}`] : []),
  ];
  const judged = rule.among.length === 0 ? '整体判断一次' : '把这期间有变动的同类各判断一次';
  const peers = `${among}${told.join('、')}（包括自己）`;
  return `${own}${COMPARISON_WORDS[rule.is]}${peers}的${statisticWords(rule, words)}${share}（${least.join('；')}），每 ${rule.everyMinutes} 分钟${judged}`;
}
