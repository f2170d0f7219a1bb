import type { Reach } from '@tianyan/access';
import { platformFinding, type Catalogue } from '@tianyan/contracts';
import { readsTownship, type Evaluation, type RuleDefinition } from '@tianyan/rules';

/** Within which reach a trial was run: null of either is all. Whoever sees less than that does not see what came of it. */
export interface TrialReach {
  townshipCodes: readonly string[] | null;
  problemClasses: readonly string[] | null;
}

export function trialReachOf({ townshipCodes, problemClasses }: Reach): TrialReach {
  return { townshipCodes, problemClasses };
}

export function isTrialWithin(reach: Reach, { townshipCodes, problemClasses }: TrialReach): boolean {
  return reach.coversAll(townshipCodes) && reach.coversAllClasses(problemClasses);
}

/** It judges findings of all classes, whatever its own: what it says of those that a person may not see is not for that person. */
export function readsHiddenClasses({ problemClasses }: Reach, rule: RuleDefinition): boolean {
  return problemClasses !== null && Object.values(rule.inputs).some(({ type }) => type === platformFinding.type);
}

/** Nothing that the rule judges is hidden from that person. */
export function seesAll(reach: Reach, rule: RuleDefinition): boolean {
  return reach.isWholeCounty && !readsHiddenClasses(reach, rule);
}

/** Which hits of a rule a person would see as findings: as `isFindingWithin` asks it of what is stored. */
export function hitsWithin(reach: Reach, rule: RuleDefinition, catalogue: Catalogue): (hit: Evaluation) => boolean {
  if (!reach.coversClass(rule.class) || readsHiddenClasses(reach, rule)) return () => false;
  if (reach.isWholeCounty) return () => true;
  // The text is not reviewed yet: where it makes a township of something else, nobody knows where its hits are.
  if (!readsTownship(rule, catalogue)) return () => false;
  return ({ subjects }) => reach.covers(subjects['townshipCode'] ?? null);
}
