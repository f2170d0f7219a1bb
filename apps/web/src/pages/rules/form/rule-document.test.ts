import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'yaml';
import { readRule, valueAt, withKey, withValue, type Path } from './rule-document.js';

/** Rules as people wrote them: those that are shipped, the templates, the examples of the documents. */
const FOLDERS = ['libs/rules/packs', 'libs/rules/templates', 'docs/examples/rules'];
const texts = FOLDERS.flatMap((folder) => {
  const directory = join(import.meta.dirname, '../../../../../..', folder);
  return readdirSync(directory)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ name, text: readFileSync(join(directory, name), 'utf8') }));
});

function* leavesOf(value: unknown, path: Path = []): Generator<Path> {
  if (typeof value !== 'object' || value === null) return yield path;
  for (const [key, inner] of Object.entries(value)) yield* leavesOf(inner, [...path, Array.isArray(value) ? Number(key) : key]);
}

function put(value: unknown, [key, ...rest]: Path, to: unknown): unknown {
  if (key === undefined) return to;
  if (Array.isArray(value)) return value.map((item, i) => (i === key ? put(item, rest, to) : item));
  return { ...(value as object), [key]: put(valueAt(value, [key]), rest, to) };
}

describe.each(texts)('$name', ({ text }) => {
  const rule = readRule(text);
  const leaves = [...leavesOf(rule)];

  test('says the same after it was written back', () => {
    expect(leaves.length).toBeGreaterThan(20);
    expect(parse(withValue(text, ['title'], valueAt(rule, ['title'])))).toEqual(rule);
  });

  test('one value is changed, and no other', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...leaves),
        fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.integer(),
          fc.boolean(),
          fc.constantFrom('320921', 'a: b', '{x}', '- y', '# z', 'no'),
        ),
        (path, value) => {
          expect(parse(withValue(text, path, value))).toEqual(put(rule, path, value));
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('a text', () => {
  const TEXT = `# who wrote it
id: a # its name
inputs:
  # what is paid
  paid: { type: t, extra: kept }
later: unknown
`;

  test('keeps its comments and what nobody knows', () => {
    const next = withValue(withValue(TEXT, ['inputs', 'paid', 'type'], 'u'), ['title'], '新');
    expect(next).toContain('# who wrote it');
    expect(next).toContain('# its name');
    expect(next).toContain('# what is paid');
    expect(parse(next)).toEqual({ id: 'a', title: '新', inputs: { paid: { type: 'u', extra: 'kept' } }, later: 'unknown' });
    expect(next.indexOf('title')).toBeLessThan(next.indexOf('inputs'));
  });

  test('gets another name at the same place', () => {
    expect(Object.keys(parse(withKey(`a: {x: 1, y: 2}`, ['a', 'x'], 'z')).a)).toEqual(['z', 'y']);
    expect(withKey(`a: {x: 1, y: 2}`, ['a', 'x'], 'y')).toContain('x: 1');
  });

  test('a shared part is changed in one place alone, and taking it away leaves the other', () => {
    const shared = 'a: &one { x: 1, y: [2] }\nb: *one\n';
    expect(parse(withValue(shared, ['b', 'x'], 5))).toEqual({ a: { x: 1, y: [2] }, b: { x: 5, y: [2] } });
    expect(parse(withValue(shared, ['a', 'y', 0], 5))).toEqual({ a: { x: 1, y: [5] }, b: { x: 1, y: [2] } });
    expect(parse(withValue(shared, ['a'], undefined))).toEqual({ b: { x: 1, y: [2] } });
  });

  test('that is no rule stays as it is, and an empty one begins', () => {
    for (const text of ['a: [1', '- x', 'a: 1\na: 2']) {
      expect(withValue(text, ['id'], 'x')).toBe(text);
      expect(readRule(text)).toBeNull();
    }
    expect(parse(withValue('', ['inputs', 'order', 'type'], 'hotline.order'))).toEqual({
      inputs: { order: { type: 'hotline.order' } },
    });
  });
});
