import { SaxesParser } from 'saxes';

/** An element of a part of a Word document; names without their prefix. */
export interface XmlElement {
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: readonly (XmlElement | string)[];
}

/** The root of the part. Throws Error for what is no XML: documents come from a library that writes it. */
export function xmlTree(text: string): XmlElement {
  type Open = XmlElement & { children: (XmlElement | string)[] };
  const root: Open = { name: '', attributes: {}, children: [] };
  const open: Open[] = [root];
  const add = (child: XmlElement | string) => open.at(-1)?.children.push(child);
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const named = Object.entries(attributes).map(([key, value]) => [localName(key), value] as const);
    const element: Open = { name: localName(name), attributes: Object.fromEntries(named), children: [] };
    add(element);
    open.push(element);
  });
  parser.on('closetag', () => open.pop());
  parser.on('text', add);
  parser.write(text).close();
  const [first] = elementsOf(root);
  if (!first) throw new Error('a part without an element');
  return first;
}

export function elementsOf({ children }: XmlElement): XmlElement[] {
  return children.filter((child) => typeof child !== 'string');
}

/** The element at the end of the path, each the first of its name. */
export function childOf(element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  return path.reduce<XmlElement | undefined>(
    (at, name) => at?.children.find((child): child is XmlElement => typeof child !== 'string' && child.name === name),
    element,
  );
}

/** `w:val` of a child; most of what Word says of a text stands so. */
export function valueOf(element: XmlElement | undefined, name: string): string | undefined {
  return childOf(element, name)?.attributes['val'];
}

/** A switch of Word: there, and not turned off. */
export function isOn(element: XmlElement | undefined, name: string): boolean | undefined {
  const found = childOf(element, name);
  return found && !['0', 'false', 'off', 'none'].includes(found.attributes['val'] ?? 'true');
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
