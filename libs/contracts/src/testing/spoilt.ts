/** A place in a document. */
export type Path = readonly (string | number)[];
/** A document as YAML holds it. */
export type Json = null | string | number | boolean | Json[] | { [key: string]: Json };

/** What people write by mistake where something else should stand. */
export const WRONG: readonly (readonly [what: string, put: Json | undefined])[] = [
  ['left out', undefined],
  ['left empty', null],
  ['a number', 7],
  ['a number below 0', -7],
  ['a fraction', 1.5],
  ['a number beyond all', 1e15],
  ['a number that cannot be counted', 1e300],
  ['another word', '乱写'],
  ['no word', ''],
  ['a very long word', '长'.repeat(2_000)],
  ['yes', true],
  ['an empty list', []],
  ['a list', ['乱写', 7]],
  ['a list too long', Array.from({ length: 600 }, (_one, i) => `v${i}`)],
  ['nothing named', {}],
  ['unknown items', { 乱写: 1, unknown: 2 }],
];

/** Every place of a document below its root. */
export function placesOf(value: Json, above: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const entries: (readonly [string | number, Json])[] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, inner]) => [[...above, key], ...placesOf(inner, [...above, key])]);
}

export function valueAt(document: Json, place: Path): Json | undefined {
  let value: unknown = document;
  for (const key of place) value = (value as Record<string | number, Json>)[key]; // a place of the document
  return value as Json | undefined;
}

/** The document, each time with an item that nobody knows beside the others of one place. */
export function withUnknownItem(document: Json): { place: Path; spoiltDocument: Json }[] {
  return [[], ...placesOf(document)].flatMap((place) => {
    const holder = valueAt(document, place);
    if (typeof holder !== 'object' || holder === null || Array.isArray(holder)) return [];
    return [{ place, spoiltDocument: spoilt(document, [...place, 'unknown'], 1) }];
  });
}

/** The document with another value, or nothing (undefined), at a place. */
export function spoilt(document: Json, place: Path, put: Json | undefined): Json {
  const copy = structuredClone(document);
  const last = place.at(-1) ?? '';
  const around = valueAt(copy, place.slice(0, -1));
  const holder = around as Record<string | number, Json>;
  if (put !== undefined) holder[last] = put;
  else if (Array.isArray(around)) around.splice(Number(last), 1);
  else delete holder[last];
  return copy;
}

const FOREIGN =
  /无效|期望|接收|invalid|expected|received|unrecognized|required|undefined|NaN|\b(string|number|boolean|object|array|int|nonoptional|record)\b/i;
/** Names and values in a list of those that may stand there. */
const LISTED = /[\w-]+(?=、)|(?<=、)[\w-]+/g;
const SAYS_WHAT_IS_WANTED = /应|只|可用|须|最多|最长|至少|写成|常用的有|不能|没有名为|缺少这一项|重复|请/;

/** Whether a message is Chinese throughout, besides names and values, and says what should stand there. */
export function isClear(message: string): boolean {
  const without = message.replaceAll(LISTED, '');
  return /\p{Script=Han}/u.test(message) && !FOREIGN.test(without) && SAYS_WHAT_IS_WANTED.test(message);
}
