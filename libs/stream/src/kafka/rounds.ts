import type { EpochMs } from '@tianyan/kernel';
import type { Message } from 'kafkajs';
import { MAX_MESSAGE_BYTES, tooLarge } from '../message-limit.js';
import { partitionOf } from '../murmur2.js';
import type { OutgoingMessage } from '../port.js';
import { RECORD_BATCH_BYTES, RECORD_OVERHEAD_BYTES, REQUEST_BYTES } from './options.js';

function sizeOf(message: OutgoingMessage): number {
  let bytes = Buffer.byteLength(message.key) + Buffer.byteLength(message.value) + RECORD_OVERHEAD_BYTES;
  for (const [name, value] of Object.entries(message.headers ?? {})) bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  return bytes;
}

/**
 * Cuts a publish into requests that brokers take, in order: kafkajs makes one record batch of all messages that a
 * request holds for a partition, however large, and brokers refuse large ones.
 * @throws PoisonedError for a message that no stream takes; then nothing was sent.
 */
export function cutIntoRequests(messages: readonly OutgoingMessage[], partitions: number, nowMs: EpochMs): Message[][] {
  const requests: Message[][] = [];
  let request: Message[] = [];
  let requestBytes = 0;
  const batchBytes = new Map<number, number>();
  // For topics whose time is the producer's; those created here take the broker's.
  const timestamp = String(nowMs);
  for (const message of messages) {
    const size = sizeOf(message);
    if (size > MAX_MESSAGE_BYTES) throw tooLarge(size);
    const partition = partitionOf(message.key, partitions);
    const inBatch = batchBytes.get(partition) ?? 0;
    const isFull = requestBytes + size > REQUEST_BYTES || (inBatch > 0 && inBatch + size > RECORD_BATCH_BYTES);
    if (request.length > 0 && isFull) {
      requests.push(request);
      request = [];
      requestBytes = 0;
      batchBytes.clear();
    }
    request.push({ key: message.key, value: message.value, partition, timestamp, headers: { ...message.headers } });
    requestBytes += size;
    batchBytes.set(partition, (batchBytes.get(partition) ?? 0) + size);
  }
  if (request.length > 0) requests.push(request);
  return requests;
}
