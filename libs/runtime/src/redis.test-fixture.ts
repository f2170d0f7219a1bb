import { freePort } from '@tianyan/kernel';
import { Redis } from 'ioredis';
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const START_TIMEOUT_MS = 20_000;

/** A Redis of the test's own, empty, that writes nothing to disk. */
export async function startRedis(directory: string): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await freePort();
  const server = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', directory],
    { stdio: 'ignore' },
  );
  await once(server, 'spawn');
  const url = `redis://127.0.0.1:${port}`;
  const client = new Redis(url, { connectTimeout: START_TIMEOUT_MS, maxRetriesPerRequest: null });
  // Until it listens, attempts to connect fail and are made again.
  client.on('error', () => {});
  await client.ping();
  client.disconnect();
  return {
    url,
    async stop() {
      const exited = once(server, 'exit');
      server.kill('SIGTERM');
      await exited;
    },
  };
}
