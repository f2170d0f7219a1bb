import type { StreamMessage } from '../port.js';
import type { Ownership } from './membership.js';

/** What a consumer holds of one owned partition: where it reads, what it has read, what it must do again. */
export class PartitionBuffer {
  private messages: StreamMessage[] = [];
  /** Index of the first message not handed out; advancing it is cheaper than shifting the array. */
  private head = 0;
  /** Of the messages not handed out: their bytes, or a lower bound that is cheap to count. */
  private unreadChars = 0;
  /** Next offset to be read from the log. */
  readOffset: number;
  /** A batch whose handler failed in a retriable way; handed out again, unchanged, before anything else. */
  retry: readonly [StreamMessage, ...StreamMessage[]] | null = null;
  failures = 0;
  notBeforeMs = 0;
  /** A batch is with the handler: the partition must not be given back. */
  inHand = false;
  /** The group wants it elsewhere: hand out nothing more. */
  releasing = false;
  /** Another member has it: whatever is in hand must not be committed. */
  lost = false;

  constructor(readonly ownership: Ownership) {
    this.readOffset = ownership.committedOffset;
  }

  get isEmpty(): boolean {
    return this.retry === null && this.head >= this.messages.length;
  }

  /** How much of a whole batch is still to be read; null when a batch is ready, or one has to be done again. */
  missing(limit: { messages: number; bytes: number }): { messages: number; bytes: number } | null {
    const messages = limit.messages - (this.messages.length - this.head);
    const bytes = limit.bytes - this.unreadChars;
    return this.retry === null && messages > 0 && bytes > 0 ? { messages, bytes } : null;
  }

  /** Whether what is held, or stands in the log up to its end, makes a whole batch. */
  isFull(limit: { messages: number; bytes: number }, endOffset: number): boolean {
    const missing = this.missing(limit);
    return missing === null || endOffset - this.readOffset >= missing.messages;
  }

  add(read: readonly StreamMessage[]): void {
    const last = read.at(-1);
    if (!last) return;
    this.messages = this.head === 0 ? [...this.messages, ...read] : [...this.messages.slice(this.head), ...read];
    this.head = 0;
    for (const message of read) this.unreadChars += lengthOf(message);
    this.readOffset = last.offset + 1;
  }

  /** The next batch within the limits; a single message may exceed the bytes alone. */
  take(limit: { messages: number; bytes: number }): readonly [StreamMessage, ...StreamMessage[]] | null {
    if (this.retry) return this.retry;
    const start = this.head;
    let bytes = 0;
    while (this.head < this.messages.length && this.head - start < limit.messages) {
      const message = this.messages[this.head];
      if (!message) break;
      bytes += message.bytes?.length ?? Buffer.byteLength(message.value, 'utf8');
      if (this.head > start && bytes > limit.bytes) break;
      this.unreadChars -= lengthOf(message);
      this.head++;
    }
    const [first, ...rest] = this.messages.slice(start, this.head);
    if (this.head >= this.messages.length) {
      this.messages = [];
      this.head = 0;
    }
    return first ? [first, ...rest] : null;
  }
}

function lengthOf(message: StreamMessage): number {
  return message.bytes?.length ?? message.value.length;
}
