import type { z } from 'zod';
import type { FormHint } from '../language/form-hints.js';
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
 * `input`, `field`, `mark`, `moment`: a name of an input, of a field, one that the author gives a record, and one of inputs and marks.
 * `scalar`: a text, a number or yes and no.
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
        'amount' | 'integer' | 'flag' | 'text' | 'input' | 'field' | 'mark' | 'moment' | 'day' | 'instant' | 'scalar' | 'unknown';
    };

/** Deeper than any part of a rule. */
const MAX_DEPTH = 12;

/** @param key the part that holds it: chooses between meanings of one schema */
export function formNodeOf(schema: z.core.$ZodType, key = '', depth = 0): FormNode {
  if (depth > MAX_DEPTH) return { control: 'unknown' };
  const hint: FormHint | undefined = formHints.get(schema);
  const { def } = schema._zod;
  // Every schema of the library is one of these, told apart by `type`; the union of their definitions is not exported.
  const { type } = def;
  if (hint?.control !== undefined)
    return { control: hint.control === 'input' ? (CONTROL_OF_PART[key] ?? 'input') : hint.control };
  switch (type) {
    case 'optional':
    case 'default':
    case 'nullable':
      return formNodeOf((schema as z.core.$ZodOptional)._zod.def.innerType, key, depth);
    case 'object':
      return objectNode(schema as z.core.$ZodObject, depth);
    case 'array':
      return { control: 'list', item: formNodeOf((schema as z.core.$ZodArray)._zod.def.element, key, depth + 1) };
    case 'record': {
      const { keyType, valueType } = (schema as z.core.$ZodRecord)._zod.def;
      return { control: 'pairs', key: formNodeOf(keyType, '', depth + 1), value: formNodeOf(valueType, '', depth + 1) };
    }
    case 'union':
      return unionNode((schema as z.core.$ZodUnion)._zod.def.options, key, depth);
    case 'enum': {
      const values = Object.values((schema as z.core.$ZodEnum)._zod.def.entries).map(String);
      return { control: 'choice', values: values.map((value) => ({ value, label: labelOfValue(key, value) })) };
    }
    case 'literal':
      return fixedNode((schema as z.core.$ZodLiteral)._zod.def.values[0]);
    case 'string':
      return { control: 'text' };
    case 'number':
      return { control: 'integer' };
    case 'boolean':
      return { control: 'flag' };
    default:
      return { control: 'unknown' };
  }
}

function fixedNode(value: unknown): FormNode {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? { control: 'fixed', value }
    : { control: 'unknown' };
}

function objectNode(schema: z.core.$ZodObject, depth: number): FormNode {
  return { control: 'object', parts: partsOf(schema, depth), one: [...(formHints.get(schema)?.one ?? [])] };
}

/** The parts of an object, in the order of its schema. */
export function partsOf(schema: z.core.$ZodObject, depth = 0): FormPart[] {
  return Object.entries(schema._zod.def.shape).map(([key, part]) => ({
    key,
    label: labelOf(key),
    optional: part._zod.optin === 'optional',
    node: formNodeOf(part, key, depth + 1),
  }));
}

const SCALARS: ReadonlySet<string> = new Set(['string', 'number', 'boolean', 'null']);

/** A number or a parameter is one control; other unions are a choice between their alternatives. */
function unionNode(options: readonly z.core.$ZodType[], key: string, depth: number): FormNode {
  if (options.some((option) => option === parameterRefSchema)) return { control: 'amount' };
  if (options.every((option) => SCALARS.has(option._zod.def.type))) return { control: 'scalar' };
  return {
    control: 'either',
    options: options.map((option, i) => ({
      label: formHints.get(option)?.label ?? (i === 0 ? '直接写' : `写法 ${i + 1}`),
      node: formNodeOf(option, key, depth + 1),
    })),
  };
}
