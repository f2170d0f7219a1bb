import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileAsIs, isEnvelopeAsIs } from './as-is.js';
import { builtInCatalogue } from './catalogue.js';
import { envelopeSchema } from './envelope-schema.js';
import { MAX_CODE_CHARS, MAX_INSTANT_MS, MAX_TEXT_CHARS, MIN_INSTANT_MS } from './fields.js';
import type { FieldValue } from './record.js';

/** What a cell may turn out to be, and what lies on either side of every bound. */
const anyValue: fc.Arbitrary<FieldValue> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'a',
      '甲',
      '2026-02-28',
      'accepted',
      'normal',
      'lead',
      '9144030071526726XG',
      true,
      false,
      1,
      0,
      null,
    ),
  },
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('', ' ', ' a', 'a ', '\u3000a', 'a\0', '\ud800', '2026-02-30', '1949-09-30', '2150-01-01', '26-1-1'),
  fc.constantFrom(...[MAX_CODE_CHARS, MAX_TEXT_CHARS].flatMap((chars) => ['字'.repeat(chars), '字'.repeat(chars + 1)])),
  fc.constantFrom(MIN_INSTANT_MS, MIN_INSTANT_MS - 1, MAX_INSTANT_MS, MAX_INSTANT_MS + 1, 0.5, -0, -1, 1_000_000, 1_000_001),
  fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER + 1, Number.NaN, Number.POSITIVE_INFINITY),
);

test('what is taken as it stands is what the schema takes, and as the schema gives it', () => {
  let taken = 0;
  for (const contract of builtInCatalogue.all()) {
    const asIs = compileAsIs(contract);
    // A row in order, of which some values are replaced: all at random, none would ever be taken.
    const inOrder = Object.fromEntries(
      Object.entries(contract.fields).map(([name, { key, kind, values }]): [string, FieldValue] => {
        if (key === 'firm') return [name, '91350100M000100Y43'];
        const ofKind = {
          text: '文',
          code: 'c',
          integer: 7,
          money: 7,
          area: 7,
          flag: true,
          instant: MIN_INSTANT_MS,
          day: '2026-02-28',
        };
        return [name, values ? (Object.keys(values)[0] ?? null) : ofKind[kind]];
      }),
    );
    const spoilt = fc.dictionary(fc.constantFrom(...Object.keys(inOrder)), anyValue, { maxKeys: 3 });
    expect(asIs(inOrder)).toEqual(inOrder);
    fc.assert(
      fc.property(spoilt, fc.subarray(Object.keys(inOrder)), fc.boolean(), (changed, names, isMissing) => {
        const given = Object.keys(inOrder).filter((name) => !isMissing || names.includes(name));
        const row = { ...Object.fromEntries(given.map((name) => [name, inOrder[name] ?? null])), ...changed };
        const fields = asIs(row);
        if (fields === null) return;
        taken++;
        const parsed = contract.schema.parse(row);
        expect(fields).toEqual(parsed);
        expect(Object.keys(fields)).toEqual(Object.keys(parsed));
      }),
    );
  }
  // Some 270: it is no comparison where nothing is taken.
  expect(taken).toBeGreaterThan(100);
});

test('so is the envelope', () => {
  const unhashed = envelopeSchema.omit({ hash: true });
  const inOrder = { id: 'a', source: 's', version: 0, op: 'upsert', atMs: MIN_INSTANT_MS, receivedAtMs: MIN_INSTANT_MS, raw: '' };
  expect(isEnvelopeAsIs(inOrder)).toBe(true);
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', 'a\0', '\ud800', 'a'.repeat(200), 'a'.repeat(201)));
  const spoilt = fc.record(
    { id: text, source: text, version: anyValue, atMs: anyValue, receivedAtMs: fc.double(), raw: text },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(spoilt, (changed) => {
      const envelope = { ...inOrder, ...changed };
      if (isEnvelopeAsIs(envelope)) expect(unhashed.parse(envelope)).toEqual(envelope);
    }),
  );
});
