import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { SaxesParser } from 'saxes';
import { FileRefusedError } from './limits.js';

export interface XmlHandler {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  close?(name: string): void;
  text?(text: string): void;
}

/** Feeds a part to the handler; gives way after each chunk, so that what has been gathered can be taken. Names come without prefix. */
export async function* parseXml(bytes: Readable, handler: XmlHandler): AsyncGenerator<void> {
  const parser = new SaxesParser();
  parser.on('error', (cause) => {
    throw new FileRefusedError('工作簿的内容无法读取，请用表格软件打开后另存，再试一次。', { cause });
  });
  parser.on('opentag', (tag) => handler.open(localName(tag.name), tag.attributes));
  parser.on('closetag', (tag) => handler.close?.(localName(tag.name)));
  parser.on('text', (text) => handler.text?.(text));
  parser.on('cdata', (text) => handler.text?.(text));
  for await (const text of wholeCharacters(bytes)) {
    parser.write(text);
    yield;
  }
  parser.close();
  yield;
}

/** Parses a part to its end. */
export async function readXml(bytes: Readable, handler: XmlHandler): Promise<void> {
  const steps = parseXml(bytes, handler);
  while (!(await steps.next()).done);
}

/** Text cut between characters: a Chinese character that lies across two chunks would come out as replacement characters. */
export async function* wholeCharacters(bytes: Readable): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  for await (const chunk of bytes as AsyncIterable<Buffer>) yield decoder.write(chunk);
  yield decoder.end();
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}
