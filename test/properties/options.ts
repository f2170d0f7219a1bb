import type { RuleDefinition } from '@tianyan/rules';

/** Maps whose keys a rule's author chooses. */
const OWN_NAMES = new Set(['inputs', 'parameters', 'where', 'when', 'on', 'scope']);
/** For people only: they change no answer. */
const TEXTS = new Set(
  'id version title class severity basis description explanation examples subjects figures amountAtStake roles label unit reason'.split(
    ' ',
  ),
);
/** Fields whose value is a choice of the language. */
const CHOICES = new Set(['kind', 'which', 'look', 'measure', 'is', 'from', 'day', 'boundary']);

/**
 * The options of the language that a rule uses: paths of its keys, with names and positions left out and choices added,
 * e.g. `absence.any.deadline.workingDays`, `count.any.measure=distinct`.
 */
export function optionsOf(rule: RuleDefinition): string[] {
  const found = new Set<string>();
  const visit = (value: unknown, path: string, ownNames: boolean): void => {
    if (Array.isArray(value)) {
      for (const element of value) visit(element, path, ownNames);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        if (inner === undefined || (!ownNames && TEXTS.has(key))) continue;
        const here = ownNames ? path : `${path}.${key}`;
        found.add(here);
        if (CHOICES.has(key) && typeof inner === 'string' && isChoice(inner)) found.add(`${here}=${inner}`);
        visit(inner, here, OWN_NAMES.has(key) && !ownNames);
      }
    }
  };
  visit(rule, rule.kind, false);
  return [...found].sort();
}

/** Not a field or day that happens to stand where a choice may. */
function isChoice(text: string): boolean {
  return !/[A-Z0-9]/.test(text);
}
