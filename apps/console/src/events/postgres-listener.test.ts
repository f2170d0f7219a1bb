import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CLUES_CHANNEL } from '@tianyan/cases';
import { EVENT_CHANNEL } from '@tianyan/notices';
import { FINDINGS_CHANNEL, formatChanges } from '@tianyan/findings';
import { seededRng } from '@tianyan/kernel';
import { notify } from '@tianyan/postgres';
import { layCable, startTestPostgres, type Cable, type TestPostgres } from '@tianyan/postgres/testing';
import { pino } from 'pino';
import type { ConsoleEvent } from '../api/index.js';
import { ClueAnnouncer } from './clue-announcer.js';
import { EventHub } from './event-hub.js';
import { PostgresListener } from './postgres-listener.js';

let postgres: TestPostgres;
let cable: Cable;
let listener: PostgresListener;
const hub = new EventHub();

beforeAll(async () => {
  postgres = await startTestPostgres();
  cable = await layCable(postgres.databaseUrl);
  const logger = pino({ level: 'silent' });
  // A pause that only lets others run: how long it is, is the listener's own test.
  const pause = () => new Promise<void>((resolve) => setImmediate(resolve));
  const seenBy = (id: string) =>
    id === 'unreadable' ? Promise.reject(new Error('no database')) : Promise.resolve(new Set([WHOLE_COUNTY.userId]));
  const queries = { seenBy: (_: unknown, id: string) => seenBy(id) };
  const clues = new ClueAnnouncer({ queries, users: { list: async () => [] }, hub, logger });
  listener = new PostgresListener({ pool: postgres.openPool(cable.url), hub, clues, pause, rng: seededRng(1), logger });
  await listener.start();
});
afterAll(async () => {
  await listener.stop();
  await postgres.stop();
  await cable.remove();
});

function next(): Promise<ConsoleEvent> {
  return new Promise((resolve) => {
    const end = hub.subscribe(WHOLE_COUNTY, ({ event }) => {
      end();
      resolve(event);
    });
  });
}

test('what others announce is handed on; what cannot be read, or is too much, means reading the lists again', async () => {
  const heard = async (channel: string, payload: string) => {
    const event = next();
    await notify(postgres.pool, channel, payload);
    return event;
  };
  expect(await heard(EVENT_CHANNEL, JSON.stringify({ kind: 'notice', id: '7' }))).toEqual({ kind: 'notice' });
  const finding = { id: 'f', ruleId: 'r', severity: 'high', event: 'opened', townshipCode: null, problemClass: null } as const;
  expect(await heard(FINDINGS_CHANNEL, formatChanges([finding]))).toEqual({
    kind: 'finding',
    change: 'opened',
    id: 'f',
    ruleId: 'r',
    severity: 'high',
  });
  expect(await heard(FINDINGS_CHANNEL, formatChanges(Array.from({ length: 1_000 }, () => finding)))).toEqual({ kind: 'resync' });
  expect(await heard(EVENT_CHANNEL, '{"kind":"of a later version"}')).toEqual({ kind: 'resync' });
  expect(await heard(CLUES_CHANNEL, '{"id":"c1","revision":3}')).toEqual({ kind: 'clue', id: 'c1', revision: 3 });
  // Nobody can say who may hear of it, or what it is.
  expect(await heard(CLUES_CHANNEL, '{"id":"unreadable","revision":3}')).toEqual({ kind: 'resync' });
  expect(await heard(CLUES_CHANNEL, '{"of":"a later version"}')).toEqual({ kind: 'resync' });
});

test('after a cut everybody reads again, once it listens', async () => {
  const event = next();
  cable.cut();
  cable.mend();
  expect(await event).toEqual({ kind: 'resync' });
  const after = next();
  await notify(postgres.pool, EVENT_CHANNEL, JSON.stringify({ kind: 'notice', id: '8' }));
  expect(await after).toEqual({ kind: 'notice' });
});
