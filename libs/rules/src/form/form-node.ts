import { z } from 'zod';
import { formHints } from '../language/form-hints.js';
import { parameterRefSchema } from '../language/values.js';
import { CONTROL_OF_PART, labelOf, labelOfValue } from './labels.js';

/** One part of an object: what it is called in the text and to people. */
export interface FormPart {
  key: string;
  label: string;
  /** May be left out. */
  optional: boolean;
  node: FormNode;
}

/**
 * What a form shows in the place of a schema, read from the schema itself: a kind that is added is in the form without a line there.
 * `input`, `field`, `mark`, `moment`, `scopePart`: a name of an input, of a field, one that the author gives a record, one of inputs and marks,
 * and one of the parts of the scope.
 * `scalar`: a text, a number or yes and no. `query`: text of many lines.
 * `fixed`: nothing to choose. `unknown`: nothing that a form can show; it is edited as text.
 */
export type FormNode =
  | { control: 'object'; parts: FormPart[]; one: string[] }
  | { control: 'list'; item: FormNode }
  | { control: 'pairs'; key: FormNode; value: FormNode }
  | { control: 'either'; options: { label: string; node: FormNode }[] }
  | { control: 'choice'; values: { value: string; label: string }[] }
  | { control: 'fixed'; value: string | number | boolean }
  | {
      control:
        | 'amount'
        | 'integer'
        | 'flag'
        | 'text'
        | 'query'
        | 'input'
        | 'field'
        | 'mark'
        | 'moment'
        | 'scopePart'
        | 'day'
        | 'instant'
        | 'scalar'
        | 'unknown';
    };

/** Deeper than any part of a rule. */
const MAX_DEPTH = 12;

/** @param key the part that holds it: chooses between meanings of one schema */
export function formNodeOf(schema: z.core.$ZodType, key = '', depth = 0): FormNode {
  if (depth > MAX_DEPTH) return { control: 'unknown' };
  const control = formHints.get(schema)?.control;
  if (control !== undefined) return { control: control === 'input' ? (CONTROL_OF_PART[key] ?? 'input') : control };
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable)
    return formNodeOf(schema.unwrap(), key, depth);
  if (schema instanceof z.ZodObject)
    return { control: 'object', parts: partsOf(schema, depth), one: [...(formHints.get(schema)?.one ?? [])] };
  if (schema instanceof z.ZodArray) return { control: 'list', item: formNodeOf(schema.element, key, depth + 1) };
  if (schema instanceof z.ZodRecord)
    return {
      control: 'pairs',
      key: formNodeOf(schema.keyType, '', depth + 1),
      value: formNodeOf(schema.valueType, '', depth + 1),
    };
  if (schema instanceof z.ZodUnion) return unionNode(schema.options, key, depth);
  if (schema instanceof z.ZodEnum)
    return { control: 'choice', values: schema.options.map(String).map((value) => ({ value, label: labelOfValue(key, value) })) };
  if (schema instanceof z.ZodLiteral) return fixedNode([...schema.values][0]);
  return { control: SINGLE_CONTROLS[typeOf(schema)] ?? 'unknown' };
}

const SINGLE_CONTROLS: Readonly<Record<string, 'text' | 'integer' | 'flag'>> = {
  string: 'text',
  number: 'integer',
  boolean: 'flag',
};

/** Every schema that the library makes says of what type it is. */
function typeOf(schema: z.core.$ZodType): string {
  return (schema as z.ZodType).def.type; // the core's own type is what the library's are made of
}

function fixedNode(value: unknown): FormNode {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? { control: 'fixed', value }
    : { control: 'unknown' };
}

/** The parts of an object, in the order of its schema. */
export function partsOf({ shape }: z.ZodObject, depth = 0): FormPart[] {
  return Object.entries(shape).map(([key, part]) => ({
    key,
    label: labelOf(key),
    optional: part instanceof z.ZodOptional || part instanceof z.ZodDefault,
    node: formNodeOf(part, key, depth + 1),
  }));
}

/** Beside a number and a parameter there may be another way to say how much. */
function amountNode(options: readonly z.core.$ZodType[], key: string, depth: number): FormNode {
  const others = options.filter((option) => option !== parameterRefSchema && option instanceof z.ZodObject);
  if (others.length === 0) return { control: 'amount' };
  const rest = others.map((option) => ({ label: formHints.get(option)?.label ?? '', node: formNodeOf(option, key, depth + 1) }));
  return { control: 'either', options: [{ label: '写数，或用参数', node: { control: 'amount' } }, ...rest] };
}

const SCALARS: ReadonlySet<string> = new Set(['string', 'number', 'boolean', 'null']);

/** A number or a parameter is one control; other unions are a choice between their alternatives. */
function unionNode(options: readonly z.core.$ZodType[], key: string, depth: number): FormNode {
  if (options.some((option) => option === parameterRefSchema)) return amountNode(options, key, depth);
  if (options.every((option) => SCALARS.has(typeOf(option)))) return { control: 'scalar' };
  return {
    control: 'either',
    options: options.map((option, i) => ({
      label: formHints.get(option)?.label ?? (i === 0 ? '直接写' : `写法 ${i + 1}`),
      node: formNodeOf(option, key, depth + 1),
    })),
  };
}
