import type { Rank, WriterMessage } from './batch.js';

/** A message whose key and headers have been read; its value has not been opened. */
export interface Incoming<Message extends WriterMessage = WriterMessage> extends Rank {
  message: Message;
  id: string;
  op: 'upsert' | 'delete';
}

/**
 * Reads key and headers, and checks textually that the value says the same. The wire form is a flat object, in which an
 * unescaped `"id":"…"` can only be the field itself; ClickHouse refuses a field that stands there twice.
 * Null if anything is out of the ordinary: then the message has to be parsed.
 */
export function readIncoming<Message extends WriterMessage>(message: Message): Incoming<Message> | null {
  const { version: versionText, op } = message.headers;
  if (versionText === undefined || !/^\d{1,16}$/.test(versionText)) return null;
  const version = Number(versionText);
  if (!Number.isSafeInteger(version) || (op !== 'upsert' && op !== 'delete')) return null;
  const { value } = message;
  if (!value.startsWith('{"') || value.includes('\n')) return null;
  if (!value.includes(`"id":${JSON.stringify(message.key)},`)) return null;
  if (!value.includes(`"version":${versionText},`) || !value.includes(`"op":"${op}",`)) return null;
  return { message, id: message.key, version, op, streamOffset: message.offset };
}
