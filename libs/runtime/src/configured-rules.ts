import { loadPack, loadRules, type RuleDefinition } from '@tianyan/rules';
import type { TianyanConfig } from './config.js';

/** The rules that run, the same in every process: those shipped, and those of TIANYAN_RULES_DIR beside or instead of them. */
export function configuredRules(config: TianyanConfig): RuleDefinition[] {
  return config.rulesDirectory === null ? loadPack() : loadRules(config.rulesDirectory, loadPack());
}
