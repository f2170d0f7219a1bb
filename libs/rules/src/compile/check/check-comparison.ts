import type { Comparison } from '../../language/values.js';
import type { Column } from '../columns.js';
import type { RuleCheck } from './rule-check.js';

/** Two fields can be held against each other. Null: reported already. */
export function checkComparison(check: RuleCheck, path: string, own: Column | null, is: Comparison, other: Column | null): void {
  if (!own || !other) return;
  if (
    own.slotClass !== other.slotClass ||
    (own.kind === 'area') !== (other.kind === 'area') ||
    (own.kind === 'day') !== (other.kind === 'day')
  )
    return check.add(path, `字段 ${own.name} 与 ${other.name} 不是同一类，不能比较`);
  if (is !== 'equals' && is !== 'differs' && own.slotClass === 'text')
    check.add(path, `字段 ${own.name} 是文字或编码，只能写 equals（相同）或 differs（不同）`);
}
