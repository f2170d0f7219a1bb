import type { RuleWords } from '../../explain/rule-words.js';
import type { RuleOf } from '../../language/rule.js';
import type { Nearness } from '../kind.js';
import type { CountClause } from './schema.js';

/** Of each way to reach a threshold that is one number, and not looked up in a table. */
export function countNearness(rule: RuleOf<'count'>, words: RuleWords): readonly Nearness[] {
  return rule.any.flatMap((clause) => {
    const threshold = words.amountOf(clause.atLeast);
    if (threshold === null) return [];
    return [
      {
        threshold,
        at: (atLeast: number) => ({ ...rule, any: [{ ...clause, atLeast }] }),
        // Within a window the figures are those of all windows together.
        figure: clause.within ? null : clause.measure === 'records' ? 'count' : clause.measure,
        about: aboutOf(clause, words),
        quantity: (value: number) => quantityOf(clause, value, words),
      },
    ];
  });
}

function aboutOf({ of, measure, field = '', within }: CountClause, words: RuleWords): string {
  const input = words.input(of);
  const measured = {
    records: input,
    distinct: `${input}涉及的${words.field(of, field)}`,
    sum: `${input}的${words.field(of, field)}合计`,
  };
  return `${within ? `${words.span(within)}内，` : ''}${measured[measure]}`;
}

function quantityOf({ of, measure, field = '', atLeast }: CountClause, value: number, words: RuleWords): string {
  if (measure === 'sum') return words.quantity(of, field, value);
  const unit = typeof atLeast === 'number' ? undefined : words.rule.parameters[atLeast.parameter]?.unit;
  return `${value} ${unit ?? (measure === 'records' ? '条' : '个')}`;
}
