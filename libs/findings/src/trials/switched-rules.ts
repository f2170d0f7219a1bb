import { checkRule, type RuleDefinition } from '@tianyan/rules';
import { asSet } from '../rule-sets/parameter-settings.js';
import type { RuleVersion } from '../rule-sets/rule-versions.js';
import { judgesFindings } from '../rule-sets/rules-under-way.js';
import { effectiveSwitch, isSwitched, switched, type EffectiveSwitch, type SwitchChange } from '../rule-sets/switches.js';
import type { SwitchEffect } from './switch-preview.js';
import type { TrialParts } from './trial-run.js';

/** A rule on which a switch has an effect. */
export interface AffectedRule {
  version: RuleVersion;
  effect: SwitchEffect;
  /** As it would be judged, with its parameters and sources; null: this program does not understand it. */
  rule: RuleDefinition | null;
}

export interface Affected {
  rules: AffectedRule[];
  unchanged: number;
  followers: string[];
}

/** What a switch means for each published rule. */
export async function affectedBy(
  { sets, switches, parameters, catalogue }: Pick<TrialParts, 'sets' | 'switches' | 'parameters' | 'catalogue'>,
  change: SwitchChange,
): Promise<Affected> {
  const [published, before, settings] = await Promise.all([sets.published(), switches.read(), parameters.standing()]);
  const after = switched(before, change);
  const fits = (rule: RuleDefinition) => checkRule(rule, catalogue).length === 0;
  const affected: Affected = { rules: [], unchanged: 0, followers: [] };
  for (const version of published) {
    const { ruleId, rule: text } = version;
    const then = effectiveSwitch(text ?? { id: ruleId }, after);
    if (then.enabled && text && judgesFindings(text)) affected.followers.push(text.title);
    if (!isSwitched(change, ruleId)) continue;
    const effect = effectOf(effectiveSwitch(text ?? { id: ruleId }, before), then);
    if (effect === null) {
      affected.unchanged++;
      continue;
    }
    const set = text && asSet(text, settings.get(ruleId)?.settings ?? [], fits).rule;
    const rule = set && fits(set) ? { ...set, ...(then.sources && { sources: [...then.sources] }) } : null;
    affected.rules.push({ version, effect, rule });
  }
  // Where nothing changes there is nothing to follow.
  return affected.rules.length > 0 ? affected : { ...affected, followers: [] };
}

function effectOf(before: EffectiveSwitch, after: EffectiveSwitch): SwitchEffect | null {
  if (before.enabled !== after.enabled) return after.enabled ? 'on' : 'off';
  if (!after.enabled) return null;
  return JSON.stringify(before.sources) === JSON.stringify(after.sources) ? null : 'sources';
}
