import type { FormNode, FormPart } from '@tianyan/console-app/api';
import { withKey, withValue, readRule, type Path } from './rule-document.js';

/** A name of the author's own inside the rule. */
export const INPUT_NAME = /^[a-z][A-Za-z0-9]{0,39}$/;

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a form can show the value in the place of the node; what it cannot show is left to the text. */
export function fits(node: FormNode, value: unknown): boolean {
  if (value === undefined) return true;
  switch (node.control) {
    case 'object':
      return isRecord(value) && fitsParts(node.parts, value);
    case 'list':
      return Array.isArray(value);
    case 'pairs':
      return isRecord(value);
    case 'either':
      return node.options.some((option) => fits(option.node, value));
    case 'choice':
      return node.values.some((choice) => choice.value === value);
    case 'fixed':
      return node.value === value;
    case 'amount':
      return typeof value === 'number' || (isRecord(value) && typeof value['parameter'] === 'string');
    case 'integer':
      return typeof value === 'number';
    case 'flag':
      return typeof value === 'boolean';
    case 'scalar':
      return typeof value !== 'object';
    case 'unknown':
      return false;
    default:
      return typeof value === 'string';
  }
}

/** Of the parts themselves, not of what stands in them: that is said there. */
function fitsParts(parts: readonly FormPart[], value: Readonly<Record<string, unknown>>): boolean {
  const known = new Map(parts.map((part) => [part.key, part]));
  if (Object.keys(value).some((key) => !known.has(key))) return false;
  return parts.every(({ key, optional, node }) => {
    if (node.control !== 'fixed') return true;
    return value[key] === undefined ? optional : value[key] === node.value;
  });
}

/** What a part begins with. `undefined`: nothing before the author has chosen. */
export function beginningOf(node: FormNode, depth = 0): unknown {
  switch (node.control) {
    case 'object': {
      const needed = node.parts.filter(({ key, optional }) => !optional || node.one[0] === key);
      const values = needed.map(({ key, node: part }) => [key, beginningOf(part, depth + 1)] as const);
      return Object.fromEntries(values.filter(([, value]) => value !== undefined));
    }
    case 'list': {
      return [beginningOf(node.item, depth + 1) ?? ''];
    }
    case 'pairs':
      return {};
    case 'either':
      return node.options[0] && beginningOf(node.options[0].node, depth);
    case 'choice':
      return node.values[0]?.value;
    case 'fixed':
      return node.value;
    case 'flag':
      return true;
    case 'integer':
    case 'amount':
      return 1;
    default:
      return undefined;
  }
}

/** Every name of an input below a node, with the path to it. */
function* inputNames(node: FormNode, value: unknown, path: Path): Generator<{ path: Path; name: string }> {
  if (value === undefined) return;
  if (node.control === 'input' || node.control === 'moment') {
    if (typeof value === 'string') yield { path, name: value };
  } else if (node.control === 'object' && isRecord(value)) {
    for (const part of node.parts) yield* inputNames(part.node, value[part.key], [...path, part.key]);
  } else if (node.control === 'list' && Array.isArray(value)) {
    for (const [i, item] of value.entries()) yield* inputNames(node.item, item, [...path, i]);
  } else if (node.control === 'either') {
    const option = node.options.find((candidate) => fits(candidate.node, value));
    if (option) yield* inputNames(option.node, value, path);
  }
}

/** The text in which an input has another name, wherever it is referred to. */
export function renamedInput(text: string, parts: readonly FormPart[], from: string, to: string): string {
  const rule = readRule(text);
  if (!rule) return text;
  const referring: { path: Path; value: string }[] = parts
    .flatMap((part) => [...inputNames(part.node, rule[part.key], [part.key])])
    .filter(({ name }) => name === from)
    .map(({ path }) => ({ path, value: to }));
  for (const [name, input] of Object.entries(isRecord(rule['inputs']) ? rule['inputs'] : {})) {
    const link = isRecord(input) ? input['link'] : undefined;
    if (isRecord(link) && link['to'] === from) referring.push({ path: ['inputs', name, 'link', 'to'], value: to });
  }
  for (const key of ['subjects', 'figures'])
    for (const [name, reference] of Object.entries(isRecord(rule[key]) ? rule[key] : {})) {
      if (typeof reference === 'string' && reference.startsWith(`${from}.`))
        referring.push({ path: [key, name], value: `${to}${reference.slice(from.length)}` });
    }
  let next = text;
  for (const { path, value } of referring) next = withValue(next, path, value);
  if (isRecord(rule['roles']) && from in rule['roles']) next = withKey(next, ['roles', from], to);
  return withKey(next, ['inputs', from], to);
}

/** The first name that is not taken: `base`, `base2`, … */
export function freeName(base: string, taken: readonly string[]): string {
  if (!taken.includes(base)) return base;
  let n = 2;
  while (taken.includes(`${base}${n}`)) n++;
  return `${base}${n}`;
}

/** The text with one of several parts in the place of those that were there. */
export function replacedPart(text: string, path: Path, change: { from: readonly string[]; to: string; value: unknown }): string {
  const added = withValue(text, [...path, change.to], change.value);
  return change.from.filter((key) => key !== change.to).reduce((next, key) => withValue(next, [...path, key], undefined), added);
}

/** The text of another kind: what the kinds do not share goes, and the new one begins. */
export function changedKind(
  text: string,
  before: readonly FormPart[],
  after: { kind: string; parts: readonly FormPart[]; one: readonly string[] },
): string {
  const rule = readRule(text);
  if (!rule) return text;
  const kept = new Set(after.parts.filter(({ key, node }) => fits(node, rule[key])).map(({ key }) => key));
  let next = withValue(text, ['kind'], after.kind);
  for (const { key } of before) if (!kept.has(key)) next = withValue(next, [key], undefined);
  const needed = after.parts.filter(({ key, optional }) => !optional || after.one[0] === key);
  for (const { key, node } of needed)
    if (rule[key] === undefined || !kept.has(key)) next = withValue(next, [key], beginningOf(node) ?? '');
  return next;
}
