import type { Catalogue } from '@tianyan/contracts';
import { RuleCheck } from '../compile/check/rule-check.js';
import type { Column } from '../compile/columns.js';
import { kindOf } from '../kinds/index.js';
import type { RuleDefinition } from '../language/rule.js';

/**
 * The fields of each input without which its kind can do nothing with a record of it (a sum without an amount, a deadline without its
 * day). Those that only words and subjects ask for are not among them, nor those whose absence says something (`differs`, `orMissing`, `orAt`).
 */
export function fieldsOfKind(rule: RuleDefinition, catalogue: Catalogue): ReadonlyMap<string, ReadonlySet<string>> {
  const uses = new FieldUses(rule, catalogue);
  kindOf(rule).check(uses, rule);
  return uses.fields;
}

/** Whatever a kind reads of its inputs its check asks for. */
class FieldUses extends RuleCheck {
  readonly fields = new Map<string, Set<string>>();

  override field(path: string, input: string, field: string): Column | null {
    const column = super.field(path, input, field);
    if (column && !meansSomethingMissing(this.rule, path)) {
      const known = this.fields.get(input) ?? new Set<string>();
      this.fields.set(input, known.add(field));
    }
    return column;
  }
}

/** Whether what the path stands in is a comparison that a null may pass, or a deadline that something else begins then. */
function meansSomethingMissing(rule: RuleDefinition, path: string): boolean {
  let at: unknown = rule;
  for (const part of path.split('.').slice(0, -1)) {
    at = typeof at === 'object' && at !== null ? Reflect.get(at, part) : undefined;
    if (typeof at !== 'object' || at === null) return false;
    if (Reflect.get(at, 'orMissing') === true || Reflect.get(at, 'is') === 'differs') return true;
  }
  return path.endsWith('.from') && typeof at === 'object' && at !== null && Reflect.get(at, 'orAt') === true;
}
