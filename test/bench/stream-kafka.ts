import { seededRng, systemClock, uuidSource } from '@tianyan/kernel';
import { createKafkaStream, type KafkaCompression } from '@tianyan/stream';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { measureStream, type StreamBenchResult } from './stream-measure.js';

/** Producing and consuming alone. */
export function benchKafkaStream(input: {
  brokers: string;
  messages: number;
  batchMessages: number;
  compression?: KafkaCompression;
}): Promise<StreamBenchResult> {
  const stream = createKafkaStream({
    brokers: [input.brokers],
    clientId: 'bench',
    clock: systemClock,
    rng: seededRng(1),
    ids: uuidSource,
    onEvent: () => {},
    ...(input.compression === undefined ? {} : { options: { compression: input.compression } }),
  });
  return measureStream(stream, input);
}

/** Runs `work` beside a broker of its own, started by the script that users have (needs Java and Maven). */
export async function withOwnBroker<T>(work: (brokers: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'tianyan-bench-kafka-'));
  const script = ['deploy/kafka/start.mjs', '--data', directory, '--port', '0', '--stop-with-stdin'];
  const child = spawn(process.execPath, script, { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  try {
    const line = await Promise.race([
      new Promise<string>((resolve) => {
        createInterface(child.stdout).once('line', resolve);
      }),
      exited.then(() => Promise.reject(new Error('the broker did not start'))),
    ]);
    const { brokers } = JSON.parse(line) as { brokers: string }; // the line that start.mjs prints
    return await work(brokers);
  } finally {
    child.stdin.end();
    await exited;
    await rm(directory, { recursive: true, force: true });
  }
}

export function benchStreamOnOwnBroker(input: {
  messages: number;
  batchMessages: number;
  compression?: KafkaCompression;
}): Promise<StreamBenchResult> {
  return withOwnBroker((brokers) => benchKafkaStream({ brokers, ...input }));
}
