import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { StreamMessage } from '../port.js';

/** A batch as the port has it: never empty. */
export type Messages = readonly [StreamMessage, ...StreamMessage[]];

function textOf(value: IHeaders[string]): string {
  const single = Array.isArray(value) ? value.at(-1) : value;
  return single === undefined ? '' : single.toString();
}

/** What other programs leave empty (key, value) is an empty text; of a header that occurs twice the last one counts. */
function toStreamMessage(topic: string, partition: number, message: KafkaMessage): StreamMessage {
  return {
    topic,
    partition,
    offset: Number(message.offset),
    key: message.key?.toString() ?? '',
    value: message.value?.toString() ?? '',
    headers: Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, value]) => [name, textOf(value)])),
    appendedAtMs: Number(message.timestamp),
  };
}

/**
 * The next batch within the limits, from the messages that one read brought; a single message may exceed the bytes alone.
 * @returns null when nothing is left from the offset on.
 */
export function takeBatch(
  source: { topic: string; partition: number; messages: readonly KafkaMessage[] },
  from: number,
  limit: { messages: number; bytes: number },
): Messages | null {
  let bytes = 0;
  let end = from;
  while (end < source.messages.length && end - from < limit.messages) {
    bytes += source.messages[end]?.value?.length ?? 0;
    if (end > from && bytes > limit.bytes) break;
    end++;
  }
  const [first, ...rest] = source.messages
    .slice(from, end)
    .map((message) => toStreamMessage(source.topic, source.partition, message));
  return first ? [first, ...rest] : null;
}
