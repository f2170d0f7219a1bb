import { platformFinding } from '@tianyan/contracts';
import type { RuleDefinition } from '@tianyan/rules';
import type { RuleProgress } from './rule-versions.js';
import { isShadowId } from './shadow.js';

/**
 * Rules that speak and have not been evaluated over everything as they stand now: for the first time, or again after a change. What is stored of them is a part
 * at most, and whatever is counted of it still changes.
 */
export interface RulesUnderWay {
  ids: ReadonlySet<string>;
  /** Rules that are judged and speak, those under way among them. */
  of: number;
}

export function rulesUnderWay(progress: ReadonlyMap<string, RuleProgress>): RulesUnderWay {
  // What is set aside is judged by nobody, and said of the rule; what is in shadow is counted nowhere.
  const speaking = [...progress].filter(([id, state]) => state !== 'set-aside' && !isShadowId(id));
  return { ids: new Set(speaking.flatMap(([id, state]) => (state === 'live' ? [] : [id]))), of: speaking.length };
}

/** Whether what stands of the rule, or what it judges, is not all there yet. */
export function isUnderWay(
  rule: Pick<RuleDefinition, 'id'> & Partial<Pick<RuleDefinition, 'inputs'>>,
  { ids }: RulesUnderWay,
): boolean {
  return ids.has(rule.id) || (ids.size > 0 && rule.inputs !== undefined && judgesFindings({ inputs: rule.inputs }));
}

/** Whether it judges what other rules find. */
export function judgesFindings({ inputs }: Pick<RuleDefinition, 'inputs'>): boolean {
  return Object.values(inputs).some(({ type }) => type === platformFinding.type);
}
