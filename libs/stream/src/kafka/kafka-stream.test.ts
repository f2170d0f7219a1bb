import { afterAll } from '@jest/globals';
import { seededRng, sequentialIds, systemClock } from '@tianyan/kernel';
import { streamConformance, type StreamFixture } from '../conformance.js';
import { createKafkaStream, type KafkaStreamInput, type Stream } from '../index.js';
import { Cable, startBroker, type TestBroker, withKafka } from './kafka.test-fixture.js';
import { kafkaTests } from './kafka-only.test-fixture.js';

const FAST = {
  heartbeatMs: 200,
  sessionTimeoutMs: 2_000,
  rebalanceTimeoutMs: 4_000,
  fetchWaitMs: 50,
  requestTimeoutMs: 5_000,
  backoff: { firstDelayMs: 20, maxDelayMs: 200 },
};

const ids = sequentialIds('test-');
/** One broker serves the whole file. */
let starting: Promise<TestBroker> | null = null;
const broker = () => (starting ??= startBroker());
const opened: { stream: Stream; cable: Cable }[] = [];

async function open(input: Partial<KafkaStreamInput> = {}): Promise<{ stream: Stream; cable: Cable }> {
  const { brokers } = await broker();
  const address = input.brokers?.[0] ?? brokers;
  const cable = await Cable.lay(address);
  const stream = createKafkaStream({
    brokers: [address],
    clientId: 'tianyan',
    socketFactory: cable.socketFactory,
    clock: systemClock,
    rng: seededRng(1),
    ids,
    onEvent: () => {},
    ...input,
    options: { ...FAST, ...input.options },
  });
  opened.push({ stream, cable });
  return { stream, cable };
}

const cableOf = (stream: Stream) => opened.find((entry) => entry.stream === stream)?.cable;

async function makeFixture(): Promise<StreamFixture> {
  return {
    leaseMs: FAST.sessionTimeoutMs,
    open: async () => (await open()).stream,
    cut: async (stream) => cableOf(stream)?.cut(),
    mend: async (stream) => cableOf(stream)?.mend(),
    close: async () => {},
  };
}

withKafka('stream on Kafka', () => {
  streamConformance('Kafka', makeFixture);
  kafkaTests({ open, broker });
  afterAll(async () => {
    for (const { stream, cable } of opened) {
      cable.mend();
      await stream.close();
      await cable.remove();
    }
    if (starting) await (await starting).stop();
  });
});
