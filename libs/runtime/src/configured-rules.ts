import { ruleTexts, type RuleText } from '@tianyan/rules';
import type { TianyanConfig } from './config.js';

/** The rules that this process was started with, the same in every process: those shipped, and those of TIANYAN_RULES_DIR beside or instead of them. */
export function configuredRules(config: TianyanConfig): RuleText[] {
  return ruleTexts(config.rulesDirectory);
}
