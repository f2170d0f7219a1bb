import { FEN } from '../../../format/parameter-value.js';
import { fieldsOfInput, textAt, type Editing } from './editing.js';
import { valueAt, type Path } from './rule-document.js';

/**
 * Whether the number at the path is an amount of money, which the text holds in fen and people type in yuan: a value of a parameter whose unit
 * is 分, or what a sum of a money field is compared with.
 */
export function isMoney(editing: Editing, path: Path): boolean {
  const { rule } = editing;
  const [first, name] = path;
  const key = path.at(-1);
  if (first === 'parameters' && name !== undefined) return key === 'value' && textAt(rule, ['parameters', name, 'unit']) === FEN;
  const isSumOf = (clause: unknown) =>
    textAt(clause, ['measure']) === 'sum' && isMoneyField(editing, textAt(clause, ['of']), textAt(clause, ['field']));
  if (key === 'atLeast') return isSumOf(valueAt(rule, path.slice(0, -1)));
  if (path.length !== 1) return false;
  if (key === 'minWhole') return isSumOf(rule['whole']);
  if (key === 'minPart') return isSumOf(rule['part']);
  // Of a share it is percentage points.
  if (key === 'leastDistance') return rule['whole'] === undefined && isSumOf(rule['part']);
  return key === 'limit' && isMoneyField(editing, textAt(rule, ['of']), textAt(rule, ['field']));
}

function isMoneyField(editing: Editing, input: string, field: string): boolean {
  return fieldsOfInput(editing, input).find(({ name }) => name === field)?.kind === 'money';
}
