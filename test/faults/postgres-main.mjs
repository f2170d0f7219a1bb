// PostgreSQL as a process that can be hit: prints { url, pid }, ends when its standard input ends or its server dies.
import { startEmbeddedPostgres } from '@tianyan/runtime';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const LOOK_MS = 100;
const [directory, password] = process.argv.slice(2);
const silent = { debug() {}, warn: (_, text) => process.stderr.write(`${text}\n`) };
const server = await startEmbeddedPostgres({ directory, password, logger: silent });
const pid = Number(readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n', 1)[0]);
process.stdout.write(`${JSON.stringify({ url: server.url, pid })}\n`);

const timer = setInterval(() => {
  try {
    process.kill(pid, 0);
  } catch {
    process.exit(1); // it was killed
  }
}, LOOK_MS);
const stop = () => {
  clearInterval(timer);
  void server.stop().then(() => process.exit(0));
};
process.once('SIGTERM', stop);
process.stdin.resume().once('end', stop);
