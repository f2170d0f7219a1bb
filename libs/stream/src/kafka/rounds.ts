import type { EpochMs } from '@tianyan/kernel';
import type { Message } from 'kafkajs';
import { MAX_MESSAGE_BYTES, tooLarge } from '../message-limit.js';
import { partitionOf } from '../murmur2.js';
import type { OutgoingMessage } from '../port.js';
import { RECORD_BATCH_BYTES, RECORD_OVERHEAD_BYTES, ROUND_BYTES } from './options.js';

function sizeOf(message: OutgoingMessage): number {
  let bytes = Buffer.byteLength(message.key) + Buffer.byteLength(message.value) + RECORD_OVERHEAD_BYTES;
  for (const [name, value] of Object.entries(message.headers ?? {})) bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  return bytes;
}

/**
 * Cuts a publish into rounds that brokers take, in order; each is a request for each of its partitions. kafkajs makes one
 * record batch of all messages of a request, however large, and brokers refuse large ones.
 * @throws PoisonedError for a message that no stream takes; then nothing was sent.
 */
export function cutIntoRounds(
  messages: readonly OutgoingMessage[],
  partitions: number,
  nowMs: EpochMs,
): ReadonlyMap<number, Message[]>[] {
  const rounds: Map<number, Message[]>[] = [];
  let round = new Map<number, Message[]>();
  let roundBytes = 0;
  const batchBytes = new Map<number, number>();
  // For topics whose time is the producer's; those created here take the broker's.
  const timestamp = String(nowMs);
  for (const message of messages) {
    const size = sizeOf(message);
    if (size > MAX_MESSAGE_BYTES) throw tooLarge(size);
    const partition = partitionOf(message.key, partitions);
    const inBatch = batchBytes.get(partition) ?? 0;
    const isFull = roundBytes + size > ROUND_BYTES || (inBatch > 0 && inBatch + size > RECORD_BATCH_BYTES);
    if (round.size > 0 && isFull) {
      rounds.push(round);
      round = new Map();
      roundBytes = 0;
      batchBytes.clear();
    }
    const batch = round.get(partition) ?? [];
    round.set(partition, batch);
    batch.push({ key: message.key, value: message.value, partition, timestamp, headers: { ...message.headers } });
    roundBytes += size;
    batchBytes.set(partition, (batchBytes.get(partition) ?? 0) + size);
  }
  if (round.size > 0) rounds.push(round);
  return rounds;
}
