import { ENVELOPE_COLUMNS } from '../compile/columns.js';
import { exampleSchema } from '../language/example.js';
import { formHints } from '../language/form-hints.js';
import { exceptionSchema, parameterSchema } from '../language/parameters.js';
import { FORMATS } from '../explain/explain.js';
import { ENVELOPE_LABELS } from '../explain/rule-words.js';
import { kindOf } from '../kinds/index.js';
import { formNodeOf, partsOf, type FormNode, type FormPart } from './form-node.js';
import { PROBLEM_CLASSES, RULE_HEADER_PARTS, RULE_SCHEMAS, SEVERITIES, type RuleKind } from '../language/rule.js';
import { labelOfValue } from './labels.js';

/** What a form shows of a kind: its parts, without those that every rule has. */
export interface KindForm {
  kind: RuleKind;
  label: string;
  parts: FormPart[];
  /** Exactly one of these is written. */
  one: string[];
}

/** All that a form has to know of the language. */
export interface RuleFormParts {
  kinds: KindForm[];
  parameter: FormNode;
  example: FormNode;
  exception: FormNode;
  classes: { value: string; label: string }[];
  severities: { value: string; label: string }[];
  /** Fields that the records of every type have. */
  commonFields: { name: string; label: string; kind: string }[];
  /** How a figure may be shown in the explanation. */
  formats: string[];
}

let parts: RuleFormParts | null = null;

export function ruleFormParts(): RuleFormParts {
  parts ??= {
    kinds: RULE_SCHEMAS.map(kindForm),
    parameter: formNodeOf(parameterSchema),
    example: formNodeOf(exampleSchema),
    exception: exceptionNode(),
    classes: PROBLEM_CLASSES.map((value) => ({ value, label: value })),
    severities: SEVERITIES.map((value) => ({ value, label: labelOfValue('severity', value) })),
    commonFields: Object.entries(ENVELOPE_COLUMNS).map(([name, kind]) => ({ name, label: ENVELOPE_LABELS[name] ?? name, kind })),
    formats: [...FORMATS],
  };
  return parts;
}

/** Its parts bear names that mean something else elsewhere. */
const EXCEPTION_LABELS: Readonly<Record<string, string>> = {
  scope: '只对这些判断对象（编号）',
  where: '只对这样的记录',
  from: '自（含当天）',
  to: '至（含当天）',
};

function exceptionNode(): FormNode {
  const node = relabelled(formNodeOf(exceptionSchema), EXCEPTION_LABELS);
  if (node.control !== 'object') return node;
  const parts = node.parts.map((part) =>
    part.key === 'listed' ? { ...part, node: relabelled(part.node, { of: '哪份名单' }) } : part,
  );
  return { ...node, parts };
}

function relabelled(node: FormNode, labels: Readonly<Record<string, string>>): FormNode {
  if (node.control !== 'object') return node;
  return { ...node, parts: node.parts.map((part) => ({ ...part, label: labels[part.key] ?? part.label })) };
}

function kindForm(schema: (typeof RULE_SCHEMAS)[number]): KindForm {
  const literal = schema.shape.kind;
  const own = partsOf(schema).filter(({ key }) => key !== 'kind' && !RULE_HEADER_PARTS.has(key));
  return {
    kind: literal.value,
    label: kindOf({ kind: literal.value }).label,
    parts: own,
    one: [...(formHints.get(literal)?.one ?? [])],
  };
}
