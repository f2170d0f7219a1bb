import type { Catalogue } from '@tianyan/contracts';
import { kindOf } from '../kinds/index.js';
import type { RuleDefinition } from '../language/rule.js';
import { lowerRule, pairsLinks } from './evaluation-sql.js';
import { QueryParams } from './params.js';
import { Pipeline } from './pipeline.js';
import { RuleContext } from './rule-context.js';
import { TimelineBuilder } from './timeline.js';

/**
 * Sets of inputs: without a record of at least one of each set the rule hits nothing. What it takes for a fault when it is missing is in none of them.
 * A kind that does not say what it needs, needs something of what it looks at.
 */
export function neededInputs(rule: RuleDefinition, catalogue: Catalogue): readonly (readonly string[])[] {
  const any = [Object.keys(rule.inputs)];
  if (kindOf(rule).family !== 'timeline') return any;
  const params = new QueryParams();
  const timeline = new TimelineBuilder(catalogue, rule.scope, params);
  const context = new RuleContext(rule, catalogue, timeline, new Pipeline(), params, '', pairsLinks(rule));
  return lowerRule(rule, context).needs?.map((inputs) => inputs.map(({ input }) => input)) ?? any;
}
