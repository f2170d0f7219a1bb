import { seededRng, sequentialIds, systemClock } from '@tianyan/kernel';
import { streamConformance, type StreamFixture } from '../conformance.js';
import { createPostgresStream, type Stream } from '../index.js';
import { layCable, startTestServer, type Cable } from './postgres.test-fixture.js';

const FAST = { pollMs: 200, heartbeatMs: 100, leaseMs: 2_000, backoff: { firstDelayMs: 20, maxDelayMs: 200 } };

async function makeFixture(): Promise<StreamFixture> {
  const server = await startTestServer();
  const databaseUrl = await server.createDatabase();
  const cables = new Map<Stream, Cable>();
  const ids = sequentialIds('member-');
  return {
    leaseMs: FAST.leaseMs,
    async open() {
      const cable = await layCable(databaseUrl);
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
      await server.stop();
    },
  };
}

streamConformance('PostgreSQL', makeFixture);
