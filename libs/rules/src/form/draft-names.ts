import type { Catalogue } from '@tianyan/contracts';
import { labelOfField } from '../explain/rule-words.js';

/** What people call the names that a text uses, be it a rule already or not yet. */
export class DraftNames {
  constructor(
    private readonly value: object,
    private readonly catalogue: Catalogue,
  ) {}

  /** Undefined: the text has no such input. */
  input(name: string): string | undefined {
    const input = at(this.value, 'inputs', name);
    if (input === undefined) return undefined;
    return textAt(this.value, 'roles', name) || (this.type(textAt(input, 'type')) ?? '这种记录');
  }

  type(name: string): string | undefined {
    return this.catalogue.find(name)?.label;
  }

  parameter(name: string): string | undefined {
    if (at(this.value, 'parameters', name) === undefined) return undefined;
    return textAt(this.value, 'parameters', name, 'label') || '参数';
  }

  /** As the records that the text looks at call it, otherwise as any do. */
  field(name: string): string | undefined {
    const inputs = Object.values(objectAt(this.value, 'inputs'));
    const contracts = inputs.map((input) => this.catalogue.find(textAt(input, 'type')));
    const own = contracts.map((contract) => contract?.fields[name]?.label).find((label) => label !== undefined);
    return own ?? labelOfField(this.catalogue, name);
  }

  isScopePart(name: string): boolean {
    const scope = at(this.value, 'scope');
    return Array.isArray(scope) && scope.includes(name);
  }

  /** Of a name that the author gave to a field of an input, under `subjects` or `figures`. */
  reference(part: string, name: string): string | undefined {
    const [, field = ''] = textAt(this.value, part, name).split('.');
    return this.field(field) ?? this.field(name);
  }
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined), // an object has names
    value,
  );
}

function textAt(value: unknown, ...path: readonly string[]): string {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
}

function objectAt(value: unknown, key: string): object {
  const found = at(value, key);
  return typeof found === 'object' && found !== null ? found : {};
}
