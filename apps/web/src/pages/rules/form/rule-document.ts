import { Document, isAlias, isCollection, isMap, isNode, isPair, isScalar, parseDocument, visit, type Node } from 'yaml';

/** The way to a part of a rule: names and places in lists. */
export type Path = readonly (string | number)[];

/** References that are unfolded at most, as where the server reads the text. */
const MAX_ALIASES = 100;

/** Longer groups have a line for each of their parts. */
const MAX_LINE_CHARS = 100;

/** Parts of a rule in the order in which people read them; a part that is added takes its place. */
const ORDER = [
  'id', 'version', 'title', 'class', 'severity', 'basis', 'description', 'scope', 'inputs', 'sources', 'parameters', 'exceptions', 'kind',
]; // prettier-ignore
/** Those after the parts of the kind. */
const LAST = ['subjects', 'figures', 'explanation', 'roles', 'examples'];

/** What the text says. Null: it is no YAML, or no list of named parts, and can be changed only as text. */
export function readRule(text: string): Readonly<Record<string, unknown>> | null {
  const document = parseDocument(text, { uniqueKeys: true });
  if (document.errors.length > 0) return null;
  if (document.contents === null) return {};
  if (!isMap(document.contents)) return null;
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES }) as Record<string, unknown>; // a map at the top
  } catch {
    return null; // references without end: what the server says of the text stands beside it
  }
}

/** The value at a path; undefined where nothing stands. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<string | number, unknown>)[key] : undefined),
    value,
  );
}

/**
 * The text with another value at the path; everything else, comments and unknown parts included, stays as it was written. `undefined`
 * takes the part away. Of a text that is no rule: unchanged.
 */
export function withValue(text: string, path: Path, value: unknown): string {
  return changed(text, path, (document) => {
    if (value === undefined) document.deleteIn(path);
    else put(document, path, value);
  });
}

/** The text with the part at `path` under another name, at the same place. */
export function withKey(text: string, path: Path, key: string): string {
  return changed(text, path, (document) => {
    const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
    if (!isMap(parent) || parent.has(key)) return;
    const pair = parent.items.find((item) => (isScalar(item.key) ? item.key.value : item.key) === path.at(-1));
    if (pair) pair.key = document.createNode(key);
  });
}

function changed(text: string, path: Path, change: (document: Document) => void): string {
  const document: Document = parseDocument(text, { uniqueKeys: true });
  if (document.errors.length > 0 || (document.contents !== null && !isMap(document.contents))) return text;
  if (isShared(document, path)) unfold(document);
  change(document);
  const { contents } = document;
  if (isMap(contents) && contents.items.length === 0) return '';
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

function put(document: Document, path: Path, value: unknown): void {
  const node = compact(document.createNode(value, { aliasDuplicateObjects: false }));
  const before = document.getIn(path, true);
  if (isNode(before)) {
    node.comment = before.comment ?? null;
    node.commentBefore = before.commentBefore ?? null;
  }
  const [first] = path;
  const isNew = !document.has(first);
  document.setIn(path, node);
  if (isNew && isMap(document.contents)) inOrder(document.contents.items);
}

/** Short lists and groups of single values stand on one line, as in the rules that people write. */
function compact(node: Node): Node {
  if (!isCollection(node)) return node;
  for (const item of node.items) {
    const inner = isPair(item) ? item.value : item;
    if (isNode(inner)) compact(inner);
  }
  const isSingle = (item: unknown) => !isCollection(isPair(item) ? item.value : item);
  node.flow = node.items.every(isSingle) && JSON.stringify(node).length <= MAX_LINE_CHARS;
  return node;
}

/** The part that was added last goes before the first that belongs after it. */
function inOrder(items: { key: unknown }[]): void {
  const added = items.pop();
  if (!added) return;
  const at = items.findIndex(({ key }) => placeOf(key) > placeOf(added.key));
  items.splice(at === -1 ? items.length : at, 0, added);
}

function placeOf(key: unknown): number {
  const name = String(isScalar(key) ? key.value : key);
  const first = ORDER.indexOf(name);
  if (first !== -1) return first;
  const last = LAST.indexOf(name);
  return last === -1 ? ORDER.length : ORDER.length + 1 + last;
}

/** Whether what stands at the path also stands elsewhere, under a reference. */
function isShared(document: Document, path: Path): boolean {
  for (let depth = 1; depth <= path.length; depth++) {
    const node = document.getIn(path.slice(0, depth), true);
    if (isAlias(node) || (isNode(node) && 'anchor' in node && node.anchor !== undefined)) return true;
    if (isCollection(node) && depth === path.length && containsReference(node)) return true;
  }
  return false;
}

/** Taking away what others refer to would leave them without it. */
function containsReference(node: Node): boolean {
  let found = false;
  visit(node, (_, inner) => {
    if (isAlias(inner) || (isNode(inner) && 'anchor' in inner && inner.anchor !== undefined)) found = true;
  });
  return found;
}

/** Each reference becomes a copy of what it refers to: what is changed afterwards is changed in one place alone. */
function unfold(document: Document): void {
  let left = MAX_ALIASES;
  visit(document, {
    Alias: (_, alias) => {
      if (left-- <= 0) return visit.BREAK;
      const copy = alias.resolve(document)?.clone() as Node | undefined; // what can be referred to is a node
      if (copy === undefined) return undefined;
      delete (copy as { anchor?: string }).anchor;
      return copy;
    },
  });
  visit(document, (_, node) => {
    if (isNode(node) && 'anchor' in node) delete (node as { anchor?: string }).anchor;
  });
}
