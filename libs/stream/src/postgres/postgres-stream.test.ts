import { seededRng, sequentialIds, systemClock } from '@tianyan/kernel';
import { layCable, startTestPostgres, type Cable } from '@tianyan/postgres/testing';
import { streamConformance, type StreamFixture } from '../conformance.js';
import { createPostgresStream, streamMigrations, type Stream } from '../index.js';

const FAST = { pollMs: 200, heartbeatMs: 100, leaseMs: 2_000, backoff: { firstDelayMs: 20, maxDelayMs: 200 } };

async function makeFixture(): Promise<StreamFixture> {
  const postgres = await startTestPostgres([streamMigrations]);
  const cables = new Map<Stream, Cable>();
  const ids = sequentialIds('member-');
  return {
    leaseMs: FAST.leaseMs,
    async open() {
      const cable = await layCable(postgres.databaseUrl);
      const stream = createPostgresStream({
        databaseUrl: cable.url,
        clock: systemClock,
        rng: seededRng(1),
        ids,
        onEvent: () => {},
        options: FAST,
      });
      cables.set(stream, cable);
      return stream;
    },
    async cut(stream) {
      cables.get(stream)?.cut();
    },
    async mend(stream) {
      cables.get(stream)?.mend();
    },
    async close() {
      for (const [stream, cable] of cables) {
        await stream.close();
        await cable.remove();
      }
      await postgres.stop();
    },
  };
}

streamConformance('PostgreSQL', makeFixture);
