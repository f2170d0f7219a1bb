import type { RuleDefinition } from '@tianyan/rules';

/** Inputs whose records make the problem. */
export function makersOf(rule: RuleDefinition): readonly string[] {
  switch (rule.kind) {
    case 'match':
    case 'split':
    case 'similar':
    case 'score':
      return [rule.of];
    case 'duration':
      return [rule.of, ...rule.any.flatMap((clause) => (clause.measure === 'percent' ? [clause.whole.of] : []))];
    case 'rotation':
      return [rule.sets.of, ...(rule.winners ? [rule.winners.of] : [])];
    case 'count':
    case 'absence':
      return rule.any.map(({ of }) => of);
    case 'ratio':
      return [rule.part, rule.whole].flatMap(({ of, onlyAfter }) => [of, ...(onlyAfter ? [onlyAfter.of] : [])]);
    case 'sequence':
      return rule.steps.map(({ of }) => of);
    case 'join':
      return [rule.subject];
    case 'sql':
    case 'outlier':
      return [];
  }
}
