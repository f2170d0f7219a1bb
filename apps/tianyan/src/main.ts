import 'reflect-metadata';
import { RefusedError } from '@tianyan/kernel';
import {
  abandonEmbeddedPostgres,
  embeddedPostgresDirectory,
  readConfig,
  readStartConfig,
  type TianyanConfig,
} from '@tianyan/runtime';
import { runCheckRules } from './check-rules-command.js';
import { runClock } from './clock-command.js';
import { commandLine } from './command-line.js';
import { runImport } from './import-command.js';
import { runResetPassword } from './reset-password-command.js';
import { start } from './start.js';
import { runVerifyDossier } from './verify-dossier-command.js';

const say = (text: string) => process.stdout.write(`[天眼] ${text}\n`);

/** What a shell reports of a command that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130;

/** The first signal lets the work in hand come to its end; the second ends the process, and its database, at once. */
function onSignals(config: TianyanConfig, first: () => void): void {
  let isStopping = false;
  const heard = () => {
    if (isStopping) {
      if (config.postgresUrl === null) abandonEmbeddedPostgres(embeddedPostgresDirectory(config));
      process.exit(EXIT_INTERRUPTED);
    }
    isStopping = true;
    first();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, heard);
}

async function runProduct(): Promise<void> {
  const config = readStartConfig(process.env);
  const started = await start(config, say, () => process.exit(1));
  onSignals(config, () => void started.stop().then(() => process.exit()));
}

const line = (text: string) => void process.stdout.write(`${text}\n`);

const program = commandLine({
  start: runProduct,
  async importFile(file, options) {
    const config = readConfig(process.env);
    const stop = new AbortController();
    onSignals(config, () => {
      process.stderr.write('[天眼] 正在停止：处理完手上的一批就结束。再按一次 Ctrl+C 立即结束。\n');
      stop.abort();
    });
    const code = await runImport({
      config,
      mappingFile: options.mapping,
      file,
      ...(options.source === undefined ? {} : { source: options.source }),
      say: line,
      signal: stop.signal,
      progress: process.stderr,
    });
    await end(code);
  },
  clock: (action) => runClock({ config: readConfig(process.env), action, say: line }),
  async checkRules(path) {
    process.exitCode = await runCheckRules({ config: readConfig(process.env), path, say: line });
  },
  resetPassword: (account) => runResetPassword({ config: readConfig(process.env), account, say: line }),
  async verifyDossier(file, { key }) {
    process.exitCode = await runVerifyDossier({ file, keyFile: key ?? null, say: line });
  },
});

/**
 * Ends a command that has had an embedded database: its package ends the process by itself otherwise, with code 0 whatever the
 * command has found.
 */
async function end(code: number): Promise<never> {
  // What was said may still be on its way to a pipe.
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  process.exit(code);
}

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(
    `[天眼] 没有完成：${error instanceof RefusedError ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exit(1);
}
