import { withinReach, type ReachPlaceholder } from '@tianyan/access';

/** The condition under which a person may see `finding` of this alias: its township and its class. Nothing else puts findings and reach together. */
export function isFindingWithin(finding: string, placeholder: ReachPlaceholder): string {
  return withinReach({ townshipCode: `${finding}.township_code`, problemClass: `${finding}.problem_class` }, placeholder);
}
