import { isPeriodField, PERIOD_FIELDS, type PeriodField } from '@tianyan/contracts';
import type { RuleDefinition } from '../language/rule.js';

/** The calendar period in which a scope lies: the shortest, if its parts name several; null: none, or not the same for all inputs. */
export function periodOfScope({ scope, inputs }: Pick<RuleDefinition, 'scope' | 'inputs'>): PeriodField | null {
  const own = Object.values(inputs).filter(({ link }) => link === undefined);
  const periods = scope.flatMap((part) => {
    const fields = new Set(own.map((input) => input.scope?.[part] ?? part));
    const [field = ''] = fields;
    return fields.size === 1 && isPeriodField(field) ? [field] : [];
  });
  return PERIOD_FIELDS.find((period) => periods.includes(period)) ?? null;
}
