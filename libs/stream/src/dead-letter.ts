import type { PoisonedError } from '@tianyan/kernel';
import type { OutgoingMessage, StreamMessage } from './port.js';

/** Dead letters are few; one partition keeps them in the order in which they were given up. */
export const DEAD_LETTER_PARTITIONS = 1;

/** The message as it was, with headers that say why it was given up and where it stood. */
export function toDeadLetter(message: StreamMessage, error: PoisonedError): OutgoingMessage {
  return {
    key: message.key,
    value: message.value,
    headers: {
      ...message.headers,
      reason: error.reason,
      ...(error.field === null ? {} : { field: error.field }),
      topic: message.topic,
      partition: String(message.partition),
      offset: String(message.offset),
    },
  };
}
