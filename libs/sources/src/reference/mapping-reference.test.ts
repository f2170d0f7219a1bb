import { describe, expect, test } from '@jest/globals';
import { builtInCatalogue, compileMapping, keyedDigest, mappingSchema } from '@tianyan/contracts';
import { ManualClock } from '@tianyan/kernel';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { MAPPING_SECTIONS, rewrittenReference, SOURCE_SECTIONS } from './mapping-reference.js';
import { anchorOf } from './section-text.js';
import { itemsOf, noteOf, sectionsOf } from './sections.js';

const reference = readFileSync(new URL('../../../../docs/mapping-reference.md', import.meta.url), 'utf8');
const sections = [...SOURCE_SECTIONS, ...MAPPING_SECTIONS];
const items = sections.flatMap((section) =>
  itemsOf(section).map((item) => ({ ...item, place: `${section.note.id} ${item.name}` })),
);

/** What the schema has against a value; nothing if it takes it. */
function mistakes(schema: z.core.$ZodType, value: unknown): string[] {
  return (z.safeParse(schema, value).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

test('the page says what the schemas say; after a change of them: npm run reference', () => {
  expect(rewrittenReference(reference)).toBe(reference);
});

test('the sections and items are found at all', () => {
  expect(SOURCE_SECTIONS.map(({ note }) => note.id)).toHaveLength(8);
  expect(MAPPING_SECTIONS.map(({ note }) => note.id)).toHaveLength(9);
  expect(items.length).toBeGreaterThan(80);
});

describe.each(sections.map((section) => ({ section, id: section.note.id })))('$id', ({ section }) => {
  test('its example is taken', () => {
    expect(section.note.examples).toHaveLength(1);
    expect(section.note.examples.flatMap((example) => mistakes(section.schema, example))).toEqual([]);
  });
});

describe.each(items)('$place', ({ schema, note }) => {
  test('is described in Chinese, with an example that is taken', () => {
    expect(note.description).toMatch(/\p{Script=Han}/u);
    expect(note.examples).toHaveLength(1);
    expect((note.examples ?? []).flatMap((example) => mistakes(schema, example))).toEqual([]);
  });
});

test('each word of a fixed set has its meaning', () => {
  for (const { place, schema, note } of items) {
    const words = wordsOf(schema);
    expect({ place, words: Object.keys(note.meanings ?? {}).toSorted() }).toEqual({ place, words: words.toSorted() });
  }
  for (const { words } of sections)
    for (const word of words) expect(Object.keys(noteOf(word).meanings ?? {})).toEqual(word.options);
});

function wordsOf(schema: z.core.$ZodType): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return wordsOf(schema.unwrap());
  if (schema instanceof z.ZodLiteral) return [...schema.values].map(String);
  return schema instanceof z.ZodEnum ? schema.options.map(String) : [];
}

test('the whole mapping that is shown could be used', () => {
  const [whole] = MAPPING_SECTIONS;
  const document = mappingSchema.parse(whole?.note.examples[0]);
  const options = { source: 'permits', digest: keyedDigest('-'.repeat(32)), clock: new ManualClock(Date.UTC(2026, 0, 1)) };
  const row = { 办件编号: 'A1', 受理时间: '2025-12-31 09:00:00', 承办单位: 'U1' };
  expect(compileMapping(document, builtInCatalogue, options).map(row, '{}').records).toHaveLength(1);
});

test('every link within the page leads somewhere', () => {
  const anchors = new Set([...reference.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => anchorOf(title)));
  const links = [...reference.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = '']) => anchor);
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter((anchor) => !anchors.has(anchor))).toEqual([]);
});

describe('an item that nobody describes, or describes wrongly, is noticed', () => {
  const bare = z.strictObject({ one: z.string() }).meta({ id: 'bare', title: 'bare', description: '例', examples: [{}] });

  test('it has no description and no example', () => {
    const [section] = sectionsOf(bare);
    expect(section && itemsOf(section)).toMatchObject([{ name: 'one', note: {} }]);
    expect(section && mistakes(section.schema, section.note.examples[0])).toHaveLength(1);
  });

  test('a part that is missing, or made by nobody, is refused', () => {
    expect(() => rewrittenReference('')).toThrow(RangeError);
    expect(() => rewrittenReference('<!-- 程序生成：天气 -->\n<!-- 生成到此 -->')).toThrow(/天气/);
  });
});
