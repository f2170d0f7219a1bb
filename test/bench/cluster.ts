import { LANDED_TOPIC, recordTopic, WRITER_GROUP } from '@tianyan/contracts';
import { CORRELATOR_GROUP } from '@tianyan/correlator-app';
import { HOUR_MS, SECOND_MS } from '@tianyan/kernel';
import { setTimeout as pause } from 'node:timers/promises';
import { readRows } from '@tianyan/warehouse';
import { z } from 'zod';
import { FaultyCluster } from '../faults/cluster.js';
import { PARTS, type PartName } from '../faults/kinds.js';
import { strikeAll, type Recovery } from '../faults/strikes.js';
import { Arrival, BENCH_TOPIC } from './arrival.js';
import { delaysAt, delaysBetween, MEASURED_MS, type Delay } from './figures.js';
import { OrderEvents } from './order-life.js';
import { consumeAlone } from './raw-kafka.js';
import { shippedRules } from './rule-copies.js';
import { insertOnly, prefill } from './writer.js';

/** The way without rules, next to its parts alone on the same servers; records per second. */
export interface Through {
  existingRows: number;
  records: number;
  consumeAlone: number;
  insertAlone: number;
  perSecond: number;
}

/** After an outage of writer and correlator, while records go on arriving. */
export interface CatchUp {
  backlog: number;
  /** From the start of the processes to their first commit. */
  firstCommitMs: number;
  /** From the start of the processes until the writer was less than a second behind. */
  visibleMs: number;
  /** From the start until everything announced by then had been evaluated by all rules. */
  evaluatedMs: number;
  /** Records made visible, from the first commit on. */
  visiblePerSecond: number;
  /** Records evaluated, from the first commit on. */
  evaluatedPerSecond: number;
}

/** What has been there before: look-ups and merges meet tables of some size. */
const EXISTING_ROWS = 1_000_000;
/** Only the history's parts are so large. */
const LARGE_PART_ROWS = 50_000;
/** Enough for some ten seconds of the way without rules. */
const THROUGH_RECORDS = 100_000;
const PUBLISH_RECORDS = 5_000;
/** As large as the writer's batches. */
const INSERT_RECORDS = 5_000;
export const ARRIVAL_PER_SECOND = 500;
const WAIT_MS = 900_000;
const LOOK_MS = 200;
const SETTLE_MS = 3_000;

/** Everything on this machine: Kafka, Redis, PostgreSQL, a ClickHouse server, and the five apps. */
export class ClusterBench {
  private constructor(
    private readonly cluster: FaultyCluster,
    private readonly events: OrderEvents,
    /** Events of orders that nobody announces. */
    private readonly silentEvents: OrderEvents,
    private readonly input: { seed: number; say: (text: string) => void },
  ) {}

  /**
   * Starts it all, gives it to `work`, and ends it.
   * @param input.say told what is being measured: the whole takes a quarter of an hour
   */
  static async use(
    input: { seed: number; say: (text: string) => void },
    work: (bench: ClusterBench) => Promise<void>,
  ): Promise<void> {
    input.say('starting the cluster …');
    const cluster = await FaultyCluster.start({ seed: input.seed, size: 'small' });
    try {
      const { countyNowMs } = await cluster.client.overview();
      const eventsOf = (prefix: string) => new OrderEvents(prefix, countyNowMs, input.seed);
      const bench = new ClusterBench(cluster, eventsOf('KB'), eventsOf('KI'), input);
      await bench.untilLoaded();
      await work(bench);
    } finally {
      await cluster.dispose();
    }
  }

  private say(text: string): void {
    this.input.say(text);
  }

  /** Kafka → writer → warehouse and, on the same topic and tables, its two parts alone. */
  async through(atMost: number): Promise<Through> {
    const { cluster } = this;
    const records = Math.min(atMost, THROUGH_RECORDS);
    await this.down();
    this.say(`${EXISTING_ROWS.toLocaleString('en')} rows to begin with …`);
    await prefill(cluster.warehouse, EXISTING_ROWS);
    await this.merge();
    this.say(`publishing ${records.toLocaleString('en')} records …`);
    await this.publish(records);
    this.say('kafkajs alone …');
    const consumed = await consumeAlone(cluster.brokers, BENCH_TOPIC, records);
    this.say('insert alone …');
    const half = Math.ceil(records / 2);
    const beforeMs = await this.insertAlone(half);
    this.say('Kafka → writer → warehouse …');
    await cluster.part('writer').up();
    const { perSecond } = await this.drain();
    this.say('insert alone, the other half …');
    const insertMs = beforeMs + (await this.insertAlone(records - half));
    await cluster.part('correlator').up();
    await this.untilDone();
    return {
      existingRows: EXISTING_ROWS,
      records,
      consumeAlone: consumed,
      insertAlone: (records / insertMs) * SECOND_MS,
      perSecond,
    };
  }

  /** Half before and half after the way as a whole, so that both meet the same tables. Resolves with milliseconds. */
  private async insertAlone(records: number): Promise<number> {
    let ms = 0;
    for (let left = records; left > 0; left -= INSERT_RECORDS) {
      const messages = this.silentEvents.next(Math.min(left, INSERT_RECORDS));
      ms += await insertOnly(this.cluster.warehouse, messages);
    }
    return ms;
  }

  async catchUp(backlog: number): Promise<CatchUp> {
    const { cluster } = this;
    await this.down();
    this.say(`writer and correlator are down; ${backlog.toLocaleString('en')} records arrive …`);
    await this.publish(backlog);
    this.say(`catching up, ${ARRIVAL_PER_SECOND} records/s go on arriving …`);
    const arrival = new Arrival(cluster.stream, this.events, ARRIVAL_PER_SECOND);
    const startMs = performance.now();
    await Promise.all([cluster.part('writer').up(), cluster.part('correlator').up()]);
    const { perSecond, firstMs } = await this.drain(ARRIVAL_PER_SECOND);
    const visibleMs = performance.now();
    const done = backlog + arrival.published - (await this.waiting());
    const announced = await this.landedEnds();
    await arrival.stop();
    await until('the correlator has caught up', async () =>
      (await this.landedLag()).every(
        ({ partition, committedOffset }) => (committedOffset ?? 0) >= (announced.get(partition) ?? 0),
      ),
    );
    const evaluatedMs = performance.now();
    await this.untilDone();
    return {
      backlog,
      firstCommitMs: firstMs - startMs,
      visibleMs: visibleMs - startMs,
      evaluatedMs: evaluatedMs - startMs,
      visiblePerSecond: perSecond,
      evaluatedPerSecond: (done / (evaluatedMs - firstMs)) * SECOND_MS,
    };
  }

  /** Publishes at the rate and asks the correlator for the delays from accepted to evaluated. */
  async delay(perSecond: number): Promise<Delay> {
    this.say(`a minute of ${perSecond} records/s …`);
    await pause(SETTLE_MS);
    const arrival = new Arrival(this.cluster.stream, this.events, perSecond);
    const before = await delaysAt(this.cluster.urlOf('correlator'));
    await pause(MEASURED_MS);
    const delays = delaysBetween(before, await delaysAt(this.cluster.urlOf('correlator')));
    const keptPerSecond = await arrival.stop();
    await this.untilDone();
    return { perSecond, keptPerSecond, ...delays };
  }

  /** Each process and each store, one after the other, with nothing else wrong. */
  async kills(parts: readonly PartName[] = PARTS): Promise<Recovery[]> {
    this.say('killing each part once …');
    const volleys = parts.map((part) => ({
      afterMs: SETTLE_MS,
      advanceMs: HOUR_MS,
      strikes: [{ afterMs: 0, strike: { kind: 'kill' as const, part, forMs: SECOND_MS } }],
    }));
    return strikeAll(this.cluster, { seed: this.input.seed, size: 'small', volleys }, (text) => this.say(text));
  }

  private async down(): Promise<void> {
    await Promise.all([this.cluster.part('writer').stop(), this.cluster.part('correlator').stop()]);
  }

  private async publish(records: number): Promise<void> {
    const producer = this.cluster.stream.producer();
    for (let left = records; left > 0; left -= PUBLISH_RECORDS)
      await producer.publish(BENCH_TOPIC, this.events.next(Math.min(left, PUBLISH_RECORDS)));
    await producer.close();
  }

  /** Until no more than `rest` wait for the writer; what it commits is counted from its first commit on. */
  private async drain(rest = 0): Promise<{ perSecond: number; firstMs: number }> {
    const atStart = await this.committed();
    await until('the writer commits', async () => (await this.committed()) > atStart);
    const firstMs = performance.now();
    const atFirst = await this.committed();
    await until('the writer has caught up', async () => (await this.waiting()) <= rest);
    const seconds = (performance.now() - firstMs) / SECOND_MS;
    return { perSecond: ((await this.committed()) - atFirst) / seconds, firstMs };
  }

  private writerLag() {
    return this.cluster.stream.admin().lag(WRITER_GROUP, [BENCH_TOPIC]);
  }

  private landedLag() {
    return this.cluster.stream.admin().lag(CORRELATOR_GROUP, [LANDED_TOPIC]);
  }

  private async committed(): Promise<number> {
    return (await this.writerLag()).reduce((sum, { committedOffset }) => sum + (committedOffset ?? 0), 0);
  }

  private async waiting(): Promise<number> {
    return (await this.writerLag()).reduce((sum, { lagMessages }) => sum + lagMessages, 0);
  }

  private async landedEnds(): Promise<Map<number, number>> {
    return new Map((await this.landedLag()).map(({ partition, endOffset }) => [partition, endOffset]));
  }

  private async untilDone(): Promise<void> {
    const { cluster } = this;
    const topics = cluster.catalogue.all().map(({ type }) => recordTopic(type));
    await until('nothing waits', async () => {
      const lags = [...(await cluster.stream.admin().lag(WRITER_GROUP, topics)), ...(await this.landedLag())];
      return lags.every(({ lagMessages }) => lagMessages === 0);
    });
  }

  /** The county's own history, which every source has to be read for once, and every rule has to sweep, and the first night's sweep: that is no outage. */
  private async untilLoaded(): Promise<void> {
    await until('every source is read', async () => {
      const [sources] = await this.cluster.ask(
        z.object({ unread: z.int() }),
        'SELECT count(*) FILTER (WHERE last_success_at_ms IS NULL) AS unread FROM source',
      );
      return sources?.unread === 0;
    });
    const rules = shippedRules().length;
    await until('every rule has been swept', async () => {
      const [sweeps] = await this.cluster.ask(
        z.object({ swept: z.int(), running: z.int(), nightly: z.int() }),
        `SELECT count(DISTINCT rule) FILTER (WHERE state = 'done') AS swept, count(*) FILTER (WHERE state = 'running') AS running,
           count(*) FILTER (WHERE state = 'done' AND reason = 'scheduled') AS nightly
         FROM finding_sweep, unnest(rule_ids) AS rule`,
      );
      return sweeps?.running === 0 && sweeps.swept >= rules && sweeps.nightly > 0;
    });
    await this.untilDone();
  }

  /** History lies in a few large parts. Here it came all at once, and merging it would be paid for by what is measured next. */
  private async merge(): Promise<void> {
    const { warehouse } = this.cluster;
    const sql = 'SELECT DISTINCT table FROM system.parts WHERE active AND database = currentDatabase() AND rows >= {rows:UInt64}';
    const tables = await readRows(warehouse, z.object({ table: z.string() }), { sql, params: { rows: LARGE_PART_ROWS } });
    for (const { table } of tables) await warehouse.execute({ sql: `OPTIMIZE TABLE ${table} FINAL`, params: {} });
  }
}

/** A look takes some of the processor that is being measured, hence not more often. */
async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  for (const startMs = performance.now(); !(await look());) {
    if (performance.now() - startMs > WAIT_MS) throw new Error(`not within ${WAIT_MS} ms: ${what}`);
    await pause(LOOK_MS);
  }
}
