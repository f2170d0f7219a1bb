import { LANDED_TOPIC, recordTopic, WRITER_GROUP } from '@tianyan/contracts';
import { CORRELATOR_GROUP } from '@tianyan/correlator-app';
import { deadLetterTopic } from '@tianyan/stream';
import { Kafka, logLevel } from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { AT_RATE_RULES, isPerfect, scoreByRule, table, truthAt } from '../product/truth.js';
import { wrongAlerts } from './alerts.js';
import type { FaultyCluster } from './cluster.js';
import { everythingPublished } from './published.js';
import { everythingAccepted, notStored, storedVersions, wronglyVisible } from './visible.js';

const LOOK_MS = 1_000;
/** A delivery that a killed notifier had in hand comes back after two minutes; a job's lock after 30 s. */
const PATIENCE_MS = 200_000;
const SHOWN = 5;

const refusedSchema = z.object({ raw: z.string(), record_id: z.string().nullable() });

/** Fails when nothing of what is wrong has changed for a while; resolves when nothing is wrong. */
async function untilRight(what: string, look: () => Promise<readonly string[]>, patienceMs = PATIENCE_MS): Promise<void> {
  let before = '';
  let sinceMs = performance.now();
  for (;;) {
    const wrong = await look();
    if (wrong.length === 0) return;
    const now = `${wrong.length} ${wrong.join('\n')}`;
    if (now !== before) sinceMs = performance.now();
    before = now;
    if (performance.now() - sinceMs > patienceMs)
      throw new Error(`${what}: ${wrong.length} wrong, e.g.\n${wrong.slice(0, SHOWN).join('\n')}`);
    await pause(LOOK_MS);
  }
}

export interface Checked {
  published: number;
  accepted: number;
  findings: number;
  alerts: number;
  /** Requests that the receiver knew already. */
  repeats: number;
  /** How often a part ended by itself and was started again, by name. */
  endedByThemselves: Readonly<Record<string, number>>;
  truth: string;
}

/** All that must hold once the blows have ended, in the order in which a record goes. */
export async function checkEverything(cluster: FaultyCluster): Promise<Checked> {
  const county = cluster.county.address();
  const published = await everythingPublished(county);
  await untilRight('published, but neither stored nor in quarantine', () => notTaken(cluster, published));
  await untilRight('offsets', () => behind(cluster));
  const accepted = await checkStored(cluster);
  const againstTruth = async (but?: ReadonlySet<string>) => {
    const { countyNowMs } = await cluster.client.overview();
    const scores = scoreByRule(await truthAt(county.url, countyNowMs), await cluster.client.openFindings(), countyNowMs);
    return isPerfect(scores, but) ? [] : [table(scores)];
  };
  await untilRight('findings against the truth', () => againstTruth(AT_RATE_RULES));
  const sweep = await cluster.client.sweep();
  if (sweep.state !== 'done' || sweep.driftFindings !== 0 || sweep.driftWakeUps !== 0)
    throw new Error(`the sweep found drift: ${JSON.stringify(sweep)}`);
  await untilRight('findings against the truth, of all rules', () => againstTruth());
  const { countyNowMs } = await cluster.client.overview();
  await untilRight('alerts', () => wrongAlerts(cluster));
  const findings = await cluster.client.openFindings();
  return {
    published: published.length,
    accepted,
    findings: findings.length,
    alerts: cluster.receiver.taken.size,
    repeats: cluster.receiver.repeats,
    endedByThemselves: cluster.endedByThemselves,
    truth: table(scoreByRule(await truthAt(county.url, countyNowMs), findings, countyNowMs)),
  };
}

/**
 * Everything that the stream holds is stored, and the newest of it visible once; no dead letter. Returns how many versions.
 * @param patienceMs how long it may stay wrong, when all is committed: nobody will bring it any more
 */
export async function checkStored(cluster: FaultyCluster, patienceMs = LOOK_MS): Promise<number> {
  await untilRight('offsets', () => behind(cluster));
  const accepted = await everythingAccepted(cluster);
  await untilRight('an offset ran ahead: committed, but not stored', () => notStored(cluster, accepted), patienceMs);
  // Read anew at each look: the county goes on, and a record that came meanwhile is rightly visible.
  await untilRight('visible', async () => wronglyVisible(cluster, await everythingAccepted(cluster)), patienceMs);
  const letters = await deadLetters(cluster);
  if (letters.length > 0) throw new Error(`dead letters: ${letters.join(', ')}`);
  return [...accepted.values()].reduce((sum, records) => sum + records.length, 0);
}

async function notTaken(cluster: FaultyCluster, published: Awaited<ReturnType<typeof everythingPublished>>): Promise<string[]> {
  const refused = await cluster.ask(refusedSchema, 'SELECT raw, record_id FROM quarantine');
  const raws = new Set(refused.map(({ raw }) => raw));
  const ids = new Set(refused.map(({ record_id: id }) => id));
  const stored = new Map<string, Set<string>>();
  for (const type of new Set(published.map((row) => row.type)))
    stored.set(
      type,
      cluster.catalogue.all().some((contract) => contract.type === type) ? await storedVersions(cluster, type) : new Set(),
    );
  return published
    .filter(({ type, version, raw, id }) => {
      if (version !== null && stored.get(type)?.has(version)) return false;
      return !(raw === null ? ids.has(id) : raws.has(raw));
    })
    .map(({ type, version, raw }) => `${type} ${version ?? raw}`);
}

/** Partitions of which not everything is committed. */
async function behind(cluster: FaultyCluster): Promise<string[]> {
  const admin = cluster.stream.admin();
  const topics = cluster.catalogue.all().map((contract) => recordTopic(contract.type));
  const lags = [...(await admin.lag(WRITER_GROUP, topics)), ...(await admin.lag(CORRELATOR_GROUP, [LANDED_TOPIC]))];
  return lags.filter(({ lagMessages }) => lagMessages > 0).map((lag) => `${lag.topic}/${lag.partition}: ${lag.lagMessages}`);
}

async function deadLetters(cluster: FaultyCluster): Promise<string[]> {
  const kafka = new Kafka({ brokers: [cluster.brokers], clientId: 'faults', logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  try {
    const topics = await admin.listTopics();
    return topics.filter((topic) => topic.startsWith(deadLetterTopic('')));
  } finally {
    await admin.disconnect();
  }
}
