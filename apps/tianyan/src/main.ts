import 'reflect-metadata';
import { RefusedError } from '@tianyan/kernel';
import { readConfig } from '@tianyan/runtime';
import { runCheckRules } from './check-rules-command.js';
import { runClock } from './clock-command.js';
import { commandLine } from './command-line.js';
import { runImport } from './import-command.js';
import { start } from './start.js';

const say = (text: string) => process.stdout.write(`[天眼] ${text}\n`);

async function runProduct(): Promise<void> {
  const started = await start(readConfig(process.env), say, () => process.exit(1));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void started.stop().then(() => process.exit()));
}

const line = (text: string) => void process.stdout.write(`${text}\n`);

const program = commandLine({
  start: runProduct,
  async importFile(file, options) {
    const stop = new AbortController();
    // The second time the process ends at once.
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        process.stderr.write('[天眼] 正在停止：处理完手上的一批就结束。再按一次 Ctrl+C 立即结束。\n');
        stop.abort();
      });
    const code = await runImport({
      config: readConfig(process.env),
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
