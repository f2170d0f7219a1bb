import { WRITER_GROUP } from '@tianyan/contracts';
import { freePort } from '@tianyan/kernel';
import kafkajs, { type Admin } from 'kafkajs';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { until } from '../../product/api-client.js';
import { Part } from '../part.js';
import type { Target } from './blows.js';
import { LOAD_TOPIC } from './load.js';

const BROKERS = 3;
/** Any 16 bytes; the three must agree. */
const CLUSTER_ID = 'dGlhbnlhbi1mYXVsdHMtMQ';
/**
 * The controllers give up a broker that they have not heard of for so long. Kafka's own 9 s would only be waited for, once a
 * blow; shorter, and a busy machine does it by itself.
 */
const BROKER_SESSION_MS = 5_000;
const BROKER_HEARTBEAT_MS = 1_000;
/** As small as a broker of a test may be: three share the machine with everything else. */
const JVM = ['-Xms128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
const HEAP = '320m';
const WHOLE_TIMEOUT_MS = 180_000;
const COPIES = 3;

const upLine = z.object({ brokers: z.string(), pid: z.number() });
const quorumState = z.object({ leaderId: z.number(), leaderEpoch: z.number() });

/** Three real brokers that are controllers too, each a process that can be hit. */
export class ThreeBrokers {
  private constructor(
    private readonly directory: string,
    private readonly parts: readonly Part[],
    readonly addresses: readonly string[],
  ) {}

  static async prepare(directory: string): Promise<ThreeBrokers> {
    const ports: { broker: number; controller: number }[] = [];
    for (let i = 0; i < BROKERS; i++) ports.push({ broker: await freePort(), controller: await freePort() });
    const nodes = ports.map(({ controller }, i) => `${i + 1}@127.0.0.1:${controller}`).join(',');
    const parts = ports.map(({ broker }, i) => {
      const options: Record<string, string> = {
        data: join(directory, `broker-${i + 1}`),
        port: String(broker),
        heap: HEAP,
        nodes,
        node: String(i + 1),
        'cluster-id': CLUSTER_ID,
      };
      const sets = [`broker.session.timeout.ms=${BROKER_SESSION_MS}`, `broker.heartbeat.interval.ms=${BROKER_HEARTBEAT_MS}`];
      const args = [
        join(process.cwd(), 'deploy/kafka/start.mjs'),
        '--stop-with-stdin',
        ...Object.entries(options).map(([name, value]) => `--${name}=${value}`),
        ...JVM.map((flag) => `--jvm=${flag}`),
        ...sets.map((set) => `--set=${set}`),
      ];
      const readLine = (line: string) => (line.startsWith('{') ? upLine.safeParse(JSON.parse(line)).data : undefined);
      return new Part(`broker-${i + 1}`, () => ({ command: process.execPath, args }), readLine);
    });
    const addresses = ports.map(({ broker }) => `127.0.0.1:${broker}`);
    return new ThreeBrokers(directory, parts, addresses);
  }

  /** A majority answers only together, so all are started at once. */
  async up(): Promise<void> {
    await Promise.all(this.parts.map((part) => part.up()));
    await this.untilWhole();
  }

  async part(target: Target): Promise<Part> {
    const part = this.parts[await this.indexOf(target)];
    if (!part) throw new RangeError(`there is no broker ${target}`);
    return part;
  }

  private async indexOf(target: Target): Promise<number> {
    switch (target) {
      case 'controller':
        return this.controller();
      case 'busiest':
        return this.busiest();
      case 'coordinator':
        return this.coordinator(WRITER_GROUP);
      default:
        return target;
    }
  }

  /** Index of the node that leads the controllers: every node keeps in a file whom it follows, the newest of them is right. */
  private controller(): number {
    const states = this.parts.flatMap((_, i) => {
      const file = join(this.directory, `broker-${i + 1}`, 'log', '__cluster_metadata-0', 'quorum-state');
      return existsSync(file) ? [quorumState.parse(JSON.parse(readFileSync(file, 'utf8')))] : [];
    });
    const newest = states.filter(({ leaderId }) => leaderId > 0).toSorted((a, b) => b.leaderEpoch - a.leaderEpoch)[0];
    if (!newest) throw new Error('the controllers have no leader');
    return newest.leaderId - 1;
  }

  private async busiest(): Promise<number> {
    const { topics } = await this.ask((admin) => admin.fetchTopicMetadata({ topics: [LOAD_TOPIC] }));
    const led = Map.groupBy(topics[0]?.partitions ?? [], ({ leader }) => leader);
    const [leader = 0] = [...led].toSorted(([, a], [, b]) => b.length - a.length)[0] ?? [];
    return leader - 1;
  }

  /** The leader of the partition that keeps the group's offsets, by Java's hash of its name. */
  private async coordinator(group: string): Promise<number> {
    const { topics } = await this.ask((admin) => admin.fetchTopicMetadata({ topics: ['__consumer_offsets'] }));
    const partitions = topics[0]?.partitions ?? [];
    let hash = 0;
    for (const character of group) hash = (Math.imul(31, hash) + character.charCodeAt(0)) | 0;
    const own = (hash & 0x7f_ff_ff_ff) % partitions.length;
    return (partitions.find(({ partitionId }) => partitionId === own)?.leader ?? 0) - 1;
  }

  /** Resolves when every partition of every topic has all of its copies in step: only then may another broker be hit. */
  async untilWhole(): Promise<void> {
    let behind = '';
    await until(
      'every copy is in step',
      WHOLE_TIMEOUT_MS,
      async () => {
        try {
          behind = await this.ask(notInStep);
        } catch (error) {
          behind = String(error);
        }
        return behind === '';
      },
      () => `${behind}\n${this.lastLines}`,
    );
  }

  /** On a client of its own: the brokers may have been hit since the last question. */
  async ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    const client = new kafkajs.Kafka({ brokers: [...this.addresses], clientId: 'faults', logLevel: kafkajs.logLevel.NOTHING });
    const admin = client.admin({ retry: { retries: 1 } });
    try {
      await admin.connect();
      return await question(admin);
    } finally {
      await admin.disconnect();
    }
  }

  get lastLines(): string {
    return this.parts.map((part) => part.lastLines).join('\n');
  }

  async stop(): Promise<void> {
    // Two that are gone are no majority; the third would wait for one until it is killed.
    await Promise.all(this.parts.map((part) => (part.isWanted ? part.kill() : Promise.resolve())));
  }
}

/** What is behind, in words; '' when nothing is. */
async function notInStep(admin: Admin): Promise<string> {
  const { brokers } = await admin.describeCluster();
  if (brokers.length < BROKERS) return `${brokers.length} brokers take part`;
  const { topics } = await admin.fetchTopicMetadata();
  for (const { name, partitions } of topics)
    for (const { partitionId, isr, leader } of partitions)
      if (isr.length < COPIES || leader < 0) return `${name}/${partitionId}: led by ${leader}, in step ${isr.join(' ')}`;
  return '';
}
