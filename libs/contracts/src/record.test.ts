import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { builtInCatalogue } from './catalogue.js';
import { isStorable, MAX_INSTANT_MS, MIN_INSTANT_MS, type FieldMeta } from './fields.js';
import { fromWire, hashOf, recordHash, toWire, wireHeaders, type AnyRecord, type FieldValue } from './record.js';

const storable = fc.string({ unit: 'binary', maxLength: 40 }).filter(isStorable);
const code = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => text === text.trim() && text !== '');
const instant = fc.integer({ min: MIN_INSTANT_MS, max: MAX_INSTANT_MS });

/** Any value that a field may hold. */
function valueOf(meta: FieldMeta): fc.Arbitrary<FieldValue> {
  const ofKind: Record<FieldMeta['kind'], fc.Arbitrary<FieldValue>> = {
    text: storable,
    code: meta.values ? fc.constantFrom(...Object.keys(meta.values)) : code.filter(isStorable),
    integer: fc.maxSafeInteger(),
    money: fc.maxSafeInteger(),
    area: fc.double({ min: 0, max: 1_000_000, noNaN: true }).map((value) => value + 0),
    flag: fc.boolean(),
    instant,
    day: fc.constantFrom('1949-10-01', '2026-02-28', '2149-12-31'),
  };
  const value = meta.key === 'firm' ? fc.constantFrom('91350100M000100Y43', '9144030071526726XG') : ofKind[meta.kind];
  return meta.optional ? fc.option(value) : value;
}

const edit = fc.record({
  editedBy: code,
  reviewedBy: code,
  editReason: code,
  editOf: fc.string({ unit: 'grapheme', maxLength: 9 }),
});

const anyRecord = fc.constantFrom(...builtInCatalogue.all()).chain((contract) =>
  fc
    .record({
      id: code.filter(isStorable),
      version: fc.nat(),
      atMs: instant,
      receivedAtMs: instant,
      raw: storable,
      edit: fc.option(edit, { nil: undefined }),
      fields: fc.option(
        fc.record(Object.fromEntries(Object.entries(contract.fields).map(([name, meta]) => [name, valueOf(meta)]))),
      ),
    })
    .map(({ fields, edit: by, ...envelope }) => {
      const shared = { ...envelope, source: 'test', hash: hashOf(envelope.raw), ...(by ? { edit: by } : {}) };
      const record: AnyRecord = fields ? { ...shared, op: 'upsert', fields } : { ...shared, op: 'delete', fields: null };
      return { contract, record };
    }),
);

describe('on the stream', () => {
  test('a record of any type comes out as it went in', () => {
    fc.assert(
      fc.property(anyRecord, ({ contract, record }) => {
        expect(fromWire(contract, toWire(record))).toEqual(record);
      }),
      { numRuns: 300 },
    );
  });

  test('its headers say the version, what it does, and whether a person had a hand in it', () => {
    fc.assert(
      fc.property(anyRecord, ({ record }) => {
        const edited = record.edit ? { edited: '1' } : {};
        expect(wireHeaders(record)).toEqual({ version: String(record.version), op: record.op, ...edited });
      }),
    );
  });

  test.each([
    ['an unknown field', { unknown: 1 }],
    ['a missing field', { unitId: undefined }],
    ['a field of another kind', { unitId: 7 }],
    ['a NUL that PostgreSQL does not take', { name: 'a\0' }],
    ['half of a surrogate pair that ClickHouse does not take', { name: '\ud800' }],
    ['a version below 0', { version: -1 }],
    ['a time nobody has lived to see', { atMs: MIN_INSTANT_MS - 1 }],
    ['a hash of another kind', { hash: 'abc' }],
    ['an edit without who let it pass', { editedBy: 'li' }],
  ])('%s is refused', (_what, part) => {
    const contract = builtInCatalogue.get('directory.unit');
    const flat = {
      id: 'U1',
      source: 'test',
      version: 1,
      op: 'upsert',
      atMs: MIN_INSTANT_MS,
      receivedAtMs: MIN_INSTANT_MS,
      hash: hashOf(''),
      raw: '',
      unitId: 'U1',
      name: '住建局',
      kind: 'department',
    };
    expect(fromWire(contract, JSON.stringify(flat)).fields).toMatchObject({ unitId: 'U1', townshipCode: null });
    expect(() => fromWire(contract, JSON.stringify({ ...flat, ...part }))).toThrow();
  });
});

describe('the digest of a content', () => {
  const content = { op: 'upsert', version: 1, atMs: 5, fields: { amountFen: 100, name: 'a', note: null }, raw: 'r' } as const;
  const hash = recordHash('t', content);

  test('is another for each thing that it says', () => {
    const others = [
      recordHash('u', content),
      recordHash('t', { ...content, op: 'delete' }),
      recordHash('t', { ...content, version: 2 }),
      recordHash('t', { ...content, atMs: 6 }),
      recordHash('t', { ...content, raw: 'R' }),
      // What a corrected mapping reads from the same text: a wrong unit of money must not stay.
      recordHash('t', { ...content, fields: { ...content.fields, amountFen: 1_000_000 } }),
      recordHash('t', { ...content, fields: { ...content.fields, note: '' } }),
    ];
    expect(new Set([hash, ...others]).size).toBe(others.length + 1);
  });

  test('stays with a field more that has no value, and in another order of the fields', () => {
    expect(recordHash('t', { ...content, fields: { added: null, note: null, name: 'a', amountFen: 100 } })).toBe(hash);
    expect(recordHash('t', { ...content, fields: { amountFen: 100, name: 'a' } })).toBe(hash);
    expect(recordHash('t', content, hashOf('r'))).toBe(hash);
  });
});
