import { operator, type Field } from '../expr.js';
import type { Row } from './rows.js';

/**
 * What of a text is not compared, as ranges of code points: control characters, spaces and punctuation, and whatever lies outside of the
 * basic plane. Written out, because classes of characters grow with every version of Unicode, and not in both interpreters at once.
 */
const LEFT_OUT = [
  ['0000', '002F'],
  ['003A', '0040'],
  ['005B', '0060'],
  ['007B', '00BF'],
  ['2000', '206F'],
  ['3000', '303F'],
  ['FE10', 'FE6F'],
  ['FEFF', 'FF0F'],
  ['FF1A', 'FF20'],
  ['FF3B', 'FF40'],
  ['FF5B', 'FF65'],
  ['FFF0', 'FFFF'],
  ['10000', '10FFFF'],
] as const;
const LEFT_OUT_SQL = `[${LEFT_OUT.map(([from, to]) => `\\\\x{${from}}-\\\\x{${to}}`).join('')}]+`;
const LEFT_OUT_HERE = new RegExp(`[${LEFT_OUT.map(([from, to]) => `\\u{${from}}-\\u{${to}}`).join('')}]+`, 'gu');

/** Characters of a text that are compared: a reply of a thousand is long, and work grows with them. */
export const MAX_COMPARED_CHARACTERS = 1_000;

/** Texts without what is not compared, Latin letters small, cut at {@link MAX_COMPARED_CHARACTERS}; nothing where one is missing. */
export const plainTexts = operator({
  name: 'plainTexts',
  sql: (texts) =>
    `arrayMap(t -> substringUTF8(replaceRegexpAll(lower(ifNull(t, '')), '${LEFT_OUT_SQL}', ''), 1, ${MAX_COMPARED_CHARACTERS}), ${texts})`,
  // Without the rest every character is one code unit.
  run: (texts: readonly Field[]): readonly string[] =>
    texts.map((text) =>
      String(text ?? '')
        .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
        .replace(LEFT_OUT_HERE, '')
        .slice(0, MAX_COMPARED_CHARACTERS),
    ),
});

/** Characters of a plain text. */
export const charactersOf = operator({
  name: 'charactersOf',
  sql: (text) => `toInt64(lengthUTF8(${text}))`,
  run: (text: string) => text.length,
});

/** A character of the basic plane as its bytes in UTF-8, the first the lowest, and how far they reach. */
function bytesOf(code: number): { value: number; reach: number } {
  if (code < 0x80) return { value: code, reach: 0x100 };
  const tail = 0x80 | (code & 0x3f);
  if (code < 0x800) return { value: (0xc0 | (code >> 6)) + tail * 0x100, reach: 0x10000 };
  return { value: (0xe0 | (code >> 12)) + (0x80 | ((code >> 6) & 0x3f)) * 0x100 + tail * 0x10000, reach: 0x1000000 };
}

/**
 * Of each plain text the different pairs of neighbouring characters, as numbers in order: two characters of the basic plane are at most
 * six bytes, so a number names one pair and no other, and is exact here.
 */
export const pairsOfCharacters = operator({
  name: 'pairsOfCharacters',
  sql: (texts) => `arrayMap(t -> arraySort(arrayDistinct(arrayMap(g -> reinterpretAsInt64(g), ngrams(t, 2)))), ${texts})`,
  run: (texts: readonly string[]): readonly (readonly number[])[] =>
    texts.map((text) => {
      const pairs = new Set<number>();
      for (let i = 1; i < text.length; i++) {
        const { value, reach } = bytesOf(text.charCodeAt(i - 1));
        pairs.add(value + reach * bytesOf(text.charCodeAt(i)).value);
      }
      return [...pairs].sort((a, b) => a - b);
    }),
});

/** How many numbers two sorted lists share. */
function common(a: readonly number[], b: readonly number[]): number {
  let count = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const difference = (a[i] ?? 0) - (b[j] ?? 0);
    if (difference === 0) count++;
    if (difference <= 0) i++;
    if (difference >= 0) j++;
  }
  return count;
}

/** As `sketchWordSql` below, in words of 32 bits and by another hash: only its bound is used, which holds by whatever hash. */
function sketchOf(pairs: readonly number[]): Int32Array {
  const words = new Int32Array(8);
  for (const pair of pairs) {
    const bit = Math.imul((pair % 0x100000000) ^ Math.floor(pair / 0x100000000), 0x9e3779b1) >>> 24;
    words[bit >>> 5] = (words[bit >>> 5] ?? 0) ^ (1 << (bit & 31));
  }
  return words;
}

function differingBits(a: Int32Array, b: Int32Array): number {
  let count = 0;
  for (let i = 0; i < a.length; i++) {
    let bits = (a[i] ?? 0) ^ (b[i] ?? 0);
    bits -= (bits >>> 1) & 0x55555555;
    bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
    count += Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}

/** A text is compared with so many before it; see `similarSchema`. */
export const MAX_TEXTS_APART = 100;

/** `body` with names for what it uses several times: written out, a query would grow with each use. */
function named(names: Readonly<Record<string, string>>, body: string): string {
  const lists = Object.values(names).map((sql) => `[${sql}]`);
  return `arrayMap((${Object.keys(names).join(', ')}) -> ${body}, ${lists.join(', ')})[1]`;
}

/** Words of a sketch, of 64 bits each. */
const SKETCH_WORDS = [0, 1, 2, 3] as const;

/**
 * Each pair of characters flips one bit of its text's sketch. So two sketches differ in no more bits than the texts differ in pairs: what
 * differs in too many cannot be alike, and only the others are compared pair by pair. No two texts that are alike are lost.
 */
const sketchWordSql = (pairs: string, word: number) =>
  `arrayReduce('groupBitXor', arrayMap(x -> if(bitAnd(bitShiftRight(intHash64(x), 6), ${SKETCH_WORDS.length - 1}) = ${word}, ` +
  `bitShiftLeft(toUInt64(1), bitAnd(intHash64(x), 63)), toUInt64(0)), ${pairs}))`;

/** Number, group, instant, pairs and sketch of each text; nothing that is large, for it is held once for each distance. */
const briefsSql = (pairs: string, groups: string, instants: string) =>
  `arrayMap((t, g, s, i) -> (toInt64(i), toInt64(g), toInt64(s), toInt64(length(t)), ${SKETCH_WORDS.map((word) => sketchWordSql('t', word)).join(', ')}), ` +
  `${pairs}, ${groups}, ${instants}, arrayEnumerate(${pairs}))`;

/** Pairs of numbers of texts that may be alike, the later one first. */
function candidatesSql(briefs: string, percent: string, spanMs: string): string {
  const whole = '(z.1.4 + z.2.4)';
  const differing = SKETCH_WORDS.map((word) => `bitCount(bitXor(z.1.${word + 5}, z.2.${word + 5}))`).join(' + ');
  const tests = [
    'z.1.2 != z.2.2',
    `z.1.3 - z.2.3 < ${spanMs}`,
    `200 * least(z.1.4, z.2.4) >= ${percent} * ${whole}`,
    `100 * (${whole} - toInt64(${differing})) >= ${percent} * ${whole}`,
  ];
  const apart = `arrayZip(arraySlice(${briefs}, d + 1), arraySlice(${briefs}, 1, length(${briefs}) - d))`;
  return (
    `arrayFlatten(arrayMap(d -> arrayMap(z -> (z.1.1, z.2.1), arrayFilter(z -> ${tests.join(' AND ')}, ${apart})), ` +
    `range(1, least(${MAX_TEXTS_APART + 1}, length(${briefs})))))`
  );
}

/**
 * The texts beside the candidates that name them first, in the order (own number, other number): a text is put before its candidates and
 * carried over them. Looked up by number, each candidate would hold all texts of its scope.
 */
const besideSql = (candidates: string, [own, other]: readonly [1, 2] | readonly [2, 1]) =>
  `arraySort(x -> (x.1, x.2), arrayConcat(` +
  `arrayMap((t, p, g, i) -> (toInt64(i), toInt64(0), t, toInt64(p), toInt64(g)), T, P, G, arrayEnumerate(T)), ` +
  `arrayMap(r -> (r.${own}, r.${other}, CAST([], 'Array(Int64)'), toInt64(0), toInt64(0)), ${candidates})))`;
const carriedSql = (beside: string) => `arrayFilter((f, m) -> m.2 != 0, arrayFill(x -> x.2 = 0, ${beside}), ${beside})`;

/**
 * One row for each two texts that are alike, of different groups, and nearer than the span: (place of the later one, group of the earlier
 * one, place of the earlier one, group of the later one).
 */
export const alikeRows = operator({
  name: 'alikeRows',
  sql: (pairs, places, groups, instants, percent, spanMs) => {
    const both = 'toInt64(length(a.3) + length(b.3))';
    const rows =
      `arrayMap((a, b) -> (a.4, b.5, b.4, a.5), arrayFilter((a, b) -> 200 * toInt64(length(arrayIntersect(a.3, b.3))) >= ${percent} * ${both}, L, E), ` +
      `arrayFilter((b, a) -> 200 * toInt64(length(arrayIntersect(a.3, b.3))) >= ${percent} * ${both}, E, L))`;
    // The earlier texts come in the order of their own numbers.
    const earlier = `arraySort((f, m) -> (m.2, m.1), ${carriedSql('N')}, arrayFilter(m -> m.2 != 0, N))`;
    const confirmed = named({ L: carriedSql('M'), E: earlier }, rows);
    const gathered = named({ M: besideSql('R', [1, 2]), N: besideSql('R', [2, 1]) }, confirmed);
    const candidates = named({ R: candidatesSql('X', percent, spanMs) }, gathered);
    const briefs = named({ X: briefsSql('T', 'G', 'S') }, candidates);
    return named({ T: pairs, P: places, G: groups, S: instants }, briefs);
  },
  run: (
    pairs: readonly (readonly number[])[],
    places: readonly number[],
    groups: readonly number[],
    instants: readonly number[],
    percent: number,
    spanMs: number,
  ): readonly Row[] => {
    const rows: Row[] = [];
    const sketches = pairs.map((own) => sketchOf(own));
    const none = new Int32Array(0);
    for (let apart = 1; apart <= MAX_TEXTS_APART; apart++)
      for (let i = apart; i < pairs.length; i++) {
        const j = i - apart;
        const [own = [], other = []] = [pairs[i], pairs[j]];
        const whole = own.length + other.length;
        const wanted = percent * whole;
        if (groups[i] === groups[j] || (instants[i] ?? 0) - (instants[j] ?? 0) >= spanMs) continue;
        if (200 * Math.min(own.length, other.length) < wanted) continue;
        if (100 * (whole - differingBits(sketches[i] ?? none, sketches[j] ?? none)) < wanted) continue;
        if (200 * common(own, other) < wanted) continue;
        rows.push([places[i] ?? 0, groups[j] ?? 0, places[j] ?? 0, groups[i] ?? 0]);
      }
    return rows;
  },
});

/** Equal values as equal numbers, from 1 in the order in which they come first. */
export const numbered = operator({
  name: 'numbered',
  sql: (list) => `arrayEnumerateDense(${list})`,
  run: (list: readonly Field[]): readonly number[] => {
    const known = new Map<Field, number>();
    return list.map((value) => {
      const number = known.get(value) ?? known.size + 1;
      known.set(value, number);
      return number;
    });
  },
});

/** Of each element, how many equal ones there are up to it. */
export const nthOfEqual = operator({
  name: 'nthOfEqual',
  sql: (list) => `arrayEnumerateUniq(${list})`,
  run: (list: readonly number[]): readonly number[] => {
    const seen = new Map<number, number>();
    return list.map((value) => {
      const nth = (seen.get(value) ?? 0) + 1;
      seen.set(value, nth);
      return nth;
    });
  },
});
