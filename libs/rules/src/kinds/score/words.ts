import { FINDING_SEVERITIES } from '@tianyan/contracts';
import type { RuleWords } from '../../explain/rule-words.js';
import type { Score } from './schema.js';

export function scoreWords(score: Score, words: RuleWords): string {
  const { rules = {}, severity = {}, others } = score.weights;
  const weights = [
    ...Object.entries(rules).map(([ruleId, points]) => `规则 ${ruleId} 的 ${words.amount(points)} 分`),
    ...(['high', 'medium', 'low'] as const).flatMap((name) => {
      const points = severity[name];
      return points === undefined ? [] : [`${FINDING_SEVERITIES[name]}的 ${words.amount(points)} 分`];
    }),
    `其余 ${words.amount(others)} 分`,
  ];
  const fading = score.halfLifeDays === undefined ? '' : `，每过 ${words.amount(score.halfLifeDays)} 天减半`;
  const within = score.within ? `${words.span(score.within)}内，` : '';
  const different = score.atLeastRules === 1 ? '' : `，且出自至少 ${words.amount(score.atLeastRules)} 条不同的规则`;
  return `${within}${words.input(score.of)}的分值（${weights.join('、')}${fading}）合计达到 ${words.amount(score.threshold)} 分${different}`;
}
