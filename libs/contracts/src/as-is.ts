import type { Contract } from './contract.js';
import { asIsCheck, fieldMeta, isStorable, isWholeBetween, MAX_CODE_CHARS, MAX_INSTANT_MS, MIN_INSTANT_MS } from './fields.js';
import { MAX_RAW_CHARS } from './limits.js';
import type { Envelope, FieldValue, FieldValues } from './record.js';

/**
 * Fields whose every value the contract's schema takes as it stands, in the order of the contract and with null where nothing is;
 * null where the schema itself has to be asked. A schema costs eight times what these comparisons do, and almost every row is in
 * order; what is wrong with one is still said by the schema alone.
 */
export function compileAsIs(contract: Contract): (values: Readonly<Record<string, FieldValue>>) => FieldValues | null {
  const checks = Object.entries(contract.schema.shape).map(([name, schema]) => {
    const { optional } = fieldMeta(schema);
    return { name, optional, isAsIs: asIsCheck(schema) };
  });
  return (values) => {
    const fields: Record<string, FieldValue> = {};
    for (const { name, optional, isAsIs } of checks) {
      const value = values[name] ?? null;
      if (value === null ? !optional : isAsIs?.(value) !== true) return null;
      fields[name] = value;
    }
    return fields;
  };
}

/** Whether the schema of the envelope takes it as it stands; false says nothing. */
export function isEnvelopeAsIs(envelope: {
  id: string;
  source: string;
  version: unknown;
  atMs: unknown;
  receivedAtMs: number;
  raw: string;
}): envelope is Pick<Envelope, 'id' | 'source' | 'version' | 'atMs' | 'receivedAtMs' | 'raw'> {
  const { id, source, version, atMs, receivedAtMs, raw } = envelope;
  return (
    isName(id) &&
    isStorable(id) &&
    isName(source) &&
    isWholeBetween(version, 0, Number.MAX_SAFE_INTEGER) &&
    isWholeBetween(atMs, MIN_INSTANT_MS, MAX_INSTANT_MS) &&
    isWholeBetween(receivedAtMs, MIN_INSTANT_MS, MAX_INSTANT_MS) &&
    raw.length <= MAX_RAW_CHARS
  );
}

function isName(text: string): boolean {
  return text !== '' && text.length <= MAX_CODE_CHARS;
}
