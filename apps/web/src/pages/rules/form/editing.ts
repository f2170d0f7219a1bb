import type { CheckedRule, Dictionary, RuleForm, RuleProblem } from '@tianyan/console-app/api';
import { createContext, use } from 'react';
import { isRecord } from './form-values.js';
import { valueAt, type Path } from './rule-document.js';

export type FieldMeta = Pick<Dictionary['types'][number]['fields'][number], 'name' | 'label' | 'kind' | 'values' | 'privacy'>;

/** What every part of the form works with. */
export interface Editing {
  /** What the text says now. */
  rule: Readonly<Record<string, unknown>>;
  form: RuleForm;
  types: Dictionary['types'];
  problems: readonly RuleProblem[];
  /** How many findings may come of it; null while that cannot be said. */
  findings: string | null;
  /** Names that the explanation may cite. */
  figures: CheckedRule['figures'];
  /** Writes one value; `undefined` takes the part away. */
  set: (path: Path, value: unknown) => void;
  /** Several changes of the text at once. */
  edit: (change: (text: string) => string) => void;
}

export const EditingContext = createContext<Editing | null>(null);

export function useEditing(): Editing {
  const editing = use(EditingContext);
  if (!editing) throw new Error('useEditing is used outside the form');
  return editing;
}

/** Inputs whose records the fields of a part are of, the nearest first; empty: of any. */
export const FieldsOfContext = createContext<readonly string[]>([]);

export const idOf = (path: Path): string => `rule-${path.join('.')}`;

export function textAt(value: unknown, path: Path): string {
  const found = valueAt(value, path);
  return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
}

export function inputNamesOf({ rule }: Pick<Editing, 'rule'>): string[] {
  return isRecord(rule['inputs']) ? Object.keys(rule['inputs']) : [];
}

/** As the evidence will call it; the name in the text behind it. */
export function inputLabel({ rule, types }: Pick<Editing, 'rule' | 'types'>, name: string): string {
  const type = textAt(rule, ['inputs', name, 'type']);
  const words = textAt(rule, ['roles', name]) || (types.find((known) => known.type === type)?.label ?? '');
  return words === '' ? name : `${words}（${name}）`;
}

export function fieldsOfType({ types, form }: Pick<Editing, 'types' | 'form'>, type: string): FieldMeta[] {
  const own = types.find((known) => known.type === type)?.fields ?? [];
  return [...own, ...form.commonFields.map((field) => ({ ...field, values: [], privacy: 'public' as const }))];
}

export function fieldsOfInput(editing: Editing, name: string): FieldMeta[] {
  return fieldsOfType(editing, textAt(editing.rule, ['inputs', name, 'type']));
}

/** What any record type calls a field of this name: of one that those here do not have, it is all that can be said. */
export function labelOfField({ types, form }: Pick<Editing, 'types' | 'form'>, name: string): string {
  const common = form.commonFields.find((field) => field.name === name);
  const found = common ?? types.flatMap(({ fields }) => fields).find((field) => field.name === name);
  return found?.label ?? name;
}

export interface FieldGroup {
  label: string;
  fields: FieldMeta[];
}

/** The parts of the scope, as the fields are called that they are read from. */
export function scopeParts(editing: Editing): { value: string; label: string }[] {
  const { scope } = editing.rule;
  const labelIn = (input: string, part: string) => {
    const field = textAt(editing.rule, ['inputs', input, 'scope', part]) || part;
    return fieldsOfInput(editing, input).find(({ name }) => name === field)?.label;
  };
  return (Array.isArray(scope) ? scope.map(String) : []).map((part) => {
    const labels = inputNamesOf(editing).flatMap((input) => labelIn(input, part) ?? []);
    return { value: part, label: labels[0] ?? labelOfField(editing, part) };
  });
}

/** Fields to choose from, those of the same record type once. */
export function fieldGroups(editing: Editing, inputs: readonly string[]): FieldGroup[] {
  const seen = new Set<string>();
  return inputs.flatMap((name) => {
    const type = textAt(editing.rule, ['inputs', name, 'type']);
    if (type === '' || seen.has(type)) return [];
    seen.add(type);
    return [{ label: editing.types.find((known) => known.type === type)?.label ?? type, fields: fieldsOfType(editing, type) }];
  });
}
