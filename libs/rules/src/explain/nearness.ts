import type { Catalogue } from '@tianyan/contracts';
import { kindOf } from '../kinds/index.js';
import type { Nearness } from '../kinds/kind.js';
import type { RuleDefinition } from '../language/rule.js';
import { RuleWords } from './rule-words.js';

/** The `nearness` of its kind; none where the kind cannot say it. */
export function nearnessOf(rule: RuleDefinition, catalogue: Catalogue): readonly Nearness[] {
  return kindOf(rule).nearness?.(rule, new RuleWords(rule, catalogue)) ?? [];
}
