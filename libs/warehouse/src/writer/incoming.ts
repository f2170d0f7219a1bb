import { type Contract, fromWire, toWire } from '@tianyan/contracts';
import { z } from 'zod';
import { SplicedLine, type Line } from '../line.js';
import type { Rank, WriterMessage } from './batch.js';

/**
 * A version that came: which record, where it stands among its versions, and the JSON object that goes into the log, as a text or
 * in UTF-8.
 */
export interface Incoming<Message extends WriterMessage = WriterMessage> extends Rank {
  message: Message;
  id: string;
  op: 'upsert' | 'delete';
  value: string | Buffer;
}

/** A message that can never be stored, and why, in Chinese. */
export interface Refused<Message extends WriterMessage = WriterMessage> {
  message: Message;
  reason: string;
}

export function isRefused(read: Incoming | Refused): read is Refused {
  return 'reason' in read;
}

/** Digits of the largest integer that JavaScript holds exactly. */
const VERSION_DIGITS = /^\d{1,16}$/;

/**
 * Reads key and headers without opening the value, and checks textually that the value says the same: it is a flat
 * object, in which an unescaped `"id":"…"` can only be the field itself, and ClickHouse refuses a field that stands there
 * twice. Anything out of the ordinary is parsed.
 */
export function readIncoming<Message extends WriterMessage>(
  message: Message,
  contract: Contract,
): Incoming<Message> | Refused<Message> {
  const { version, op } = message.headers;
  const value = message.bytes ?? message.value;
  const isOrdinary =
    version !== undefined &&
    VERSION_DIGITS.test(version) &&
    Number.isSafeInteger(Number(version)) &&
    (op === 'upsert' || op === 'delete') &&
    value.indexOf('{"') === 0 &&
    value.includes(`"id":${JSON.stringify(message.key)},`) &&
    value.includes(`"version":${version},`) &&
    value.includes(`"op":"${op}",`);
  if (!isOrdinary) return parseIncoming(message, contract);
  return { message, id: message.key, version: Number(version), op, streamOffset: message.offset, value };
}

/** The row of a version, behind the columns that the writer gives it. */
export function lineOf({ value }: Incoming, head: string): Line {
  return typeof value === 'string' ? `{${head}${value.slice(1)}` : new SplicedLine(`{${head}`, value, 1);
}

/** The slow way: parses the value by its contract and writes it anew, or says what is wrong with it. */
export function parseIncoming<Message extends WriterMessage>(
  message: Message,
  contract: Contract,
): Incoming<Message> | Refused<Message> {
  try {
    const record = fromWire(contract, message.value);
    if (record.id !== message.key) return { message, reason: `记录编号与消息键不一致：${record.id} / ${message.key}` };
    const { id, version, op } = record;
    return { message, id, version, op, streamOffset: message.offset, value: toWire(record) };
  } catch (error) {
    if (error instanceof SyntaxError) return { message, reason: '消息不是有效的 JSON，无法入库' };
    if (error instanceof z.ZodError) return { message, reason: reasonOf(error, contract) };
    // `fromWire` takes the parsed text apart before it checks it; a text such as `null` fails there.
    if (error instanceof TypeError) return { message, reason: '消息不是一条记录，无法入库' };
    throw error;
  }
}

function reasonOf(error: z.ZodError, contract: Contract): string {
  const issue = error.issues[0];
  const field = String(issue?.path[0] ?? '');
  const label = contract.fields[field]?.label ?? field;
  if (issue?.code === 'unrecognized_keys') return `记录中有未登记的字段：${issue.keys.join('、')}`;
  return label === '' ? '记录不符合数据契约' : `字段“${label}”不符合数据契约`;
}
