import { timerPause } from '@tianyan/kernel';
import type { BatchHandler, ConsumerOptions, Stream, StreamConsumer, StreamMessage } from '../port.js';

/** One technology under test. */
export interface StreamFixture {
  /** A stream with connections of its own, as another process would have. */
  open(): Promise<Stream>;
  /** Cuts the stream off from its server, as a killed process or an outage is: open connections end, new ones fail. */
  cut(stream: Stream): Promise<void>;
  /** Ends the outage. */
  mend(stream: Stream): Promise<void>;
  /** A member that was not heard of for so long has lost its partitions. */
  readonly leaseMs: number;
  /** Closes what was opened. */
  close(): Promise<void>;
}

/** A condition is looked at this often … */
const LOOK_MS = 10;
/** … and given up after so long: more than any lease of a fixture. */
const PATIENCE_MS = 30_000;

/** Waits until the condition holds; fails with its description. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let waitedMs = 0; !(await condition()); waitedMs += LOOK_MS) {
    if (waitedMs > PATIENCE_MS) throw new Error(`still not so after ${PATIENCE_MS} ms: ${what}`);
    await timerPause(LOOK_MS);
  }
}

/** A door that a handler waits at until the test opens it. */
export function door(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

export const numbered = (count: number, prefix = 'v'): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

const LIMITS = { maxBatchMessages: 100, maxBatchBytes: 1024 * 1024, startFrom: 'earliest' } as const;

/** A topic and a group of its own for each test, and an end for every consumer. */
export class ConformanceBench {
  topic = '';
  group = '';
  private fixture: StreamFixture | null = null;
  private main: Stream | null = null;
  private made = 0;
  private readonly running: StreamConsumer[] = [];

  async open(makeFixture: () => Promise<StreamFixture>): Promise<void> {
    this.fixture = await makeFixture();
    this.main = await this.fixture.open();
  }

  get technology(): StreamFixture {
    if (!this.fixture) throw new Error('the bench is not open');
    return this.fixture;
  }

  get stream(): Stream {
    if (!this.main) throw new Error('the bench is not open');
    return this.main;
  }

  async newTopic(partitions = 1, retentionMs: number | null = null): Promise<void> {
    this.made++;
    this.topic = `conformance.${this.made}`;
    this.group = `group-${this.made}`;
    await this.stream.admin().ensureTopics([{ topic: this.topic, partitions, retentionMs }]);
  }

  async consume(handler: BatchHandler, options: Partial<ConsumerOptions> & { on?: Stream } = {}): Promise<StreamConsumer> {
    const { on = this.stream, ...rest } = options;
    const consumer = on.consumer({ ...LIMITS, group: this.group, topics: [this.topic], ...rest });
    this.running.push(consumer);
    await consumer.start(handler);
    return consumer;
  }

  /** Each value under a key of the same name, unless told otherwise. */
  publish(values: readonly string[], key: (value: string) => string = (value) => value): Promise<void> {
    return this.stream.producer().publish(
      this.topic,
      values.map((value) => ({ key: key(value), value })),
    );
  }

  async lagMessages(): Promise<number> {
    const lag = await this.stream.admin().lag(this.group, [this.topic]);
    return lag.reduce((sum, partition) => sum + partition.lagMessages, 0);
  }

  untilCommitted(): Promise<void> {
    return until('everything is committed', async () => (await this.lagMessages()) === 0);
  }

  /** Reads a topic from its start with a group of its own, until `count` messages have come. */
  async readAll(topic: string, count: number): Promise<StreamMessage[]> {
    const read: StreamMessage[] = [];
    await this.consume(async ({ messages }) => void read.push(...messages), { topics: [topic], group: `reader-of-${topic}` });
    await until(`${count} messages of ${topic}`, () => read.length >= count);
    return read;
  }

  async stopConsumers(): Promise<void> {
    await Promise.all(this.running.splice(0).map((consumer) => consumer.stop()));
  }

  async close(): Promise<void> {
    await this.fixture?.close();
  }
}
