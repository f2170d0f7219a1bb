import { readFileSync } from 'node:fs';
import { parseRule } from '../pack.js';
import type { RuleDefinition } from '../language/rule.js';

/** The whole rules of the rule guide, in its order: people copy them. */
export function guideRules(): RuleDefinition[] {
  const guide = readFileSync(new URL('../../../../docs/rule-guide.md', import.meta.url), 'utf8');
  return [...guide.matchAll(/^```yaml\n(id: [\s\S]*?)^```$/gm)].map(([, text = '']) => parseRule(text));
}
