import { isPeriodField, PERIOD_FIELDS, type PeriodField } from '@tianyan/contracts';
import type { RuleDefinition } from '../language/rule.js';

type Scoped = Pick<RuleDefinition, 'scope' | 'inputs'>;

/** The calendar period in which a scope lies: the shortest, if its parts name several; null: none, or not the same for all inputs. */
export function periodOfScope(rule: Scoped): PeriodField | null {
  return periodPartOf(rule)?.field ?? null;
}

/** The same, with which part of the scope's key names it. */
export function periodPartOf({ scope, inputs }: Scoped): { field: PeriodField; index: number } | null {
  const own = Object.values(inputs).filter(({ link }) => link === undefined);
  const periods = scope.flatMap((part, index) => {
    const fields = new Set(own.map((input) => input.scope?.[part] ?? part));
    const [field = ''] = fields;
    return fields.size === 1 && isPeriodField(field) ? [{ field, index }] : [];
  });
  return PERIOD_FIELDS.flatMap((period) => periods.find(({ field }) => field === period) ?? [])[0] ?? null;
}
