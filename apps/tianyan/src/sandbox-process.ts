import { RefusedError } from '@tianyan/kernel';
import type { Logger } from 'pino';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execPath } from 'node:process';
import { z } from 'zod';

/** The line that the sandbox prints when it is ready. */
const readyLine = z.object({ url: z.url(), exportsFolder: z.string().min(1) });

/** The simulated year of a whole county is laid out before the first answer. */
const READY_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 5_000;
/** With which the sandbox ends where a person has to change something. */
const EXIT_REFUSED = 2;

export interface RunningSandbox {
  url: string;
  exportsFolder: string;
  stop(): Promise<void>;
}

/**
 * Starts the sandbox county as a process of its own: it is not part of the product, and its work must not slow the
 * product's event loop. It ends with this process, because its standard input ends.
 */
export async function startSandbox(input: {
  seed: number;
  size: string;
  speed: number;
  dataDirectory: string;
  logger: Logger;
}): Promise<RunningSandbox> {
  const main = fileURLToPath(import.meta.resolve('@tianyan/sandbox-app/main'));
  const child = spawn(
    execPath,
    [
      main,
      `--seed=${input.seed}`,
      `--size=${input.size}`,
      `--speed=${input.speed}`,
      '--port=0',
      `--data=${join(input.dataDirectory, 'sandbox')}`,
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let said = '';
  createInterface({ input: child.stderr }).on('line', (line) => {
    said = line;
    input.logger.warn({ part: 'sandbox' }, line);
  });
  const ready = await firstLine(child, () => said);
  return { ...readyLine.parse(JSON.parse(ready)), stop: () => stop(child) };
}

/** @param said the last line of its standard error: where it refuses, the reason in Chinese */
function firstLine(child: ChildProcess & { stdout: NodeJS.ReadableStream }, said: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the sandbox did not become ready in time')), READY_TIMEOUT_MS);
    createInterface({ input: child.stdout }).once('line', (line) => {
      clearTimeout(timer);
      resolve(line);
    });
    // Closed, not exited: what it has said has been read by then.
    child.once('close', (code) => {
      clearTimeout(timer);
      if (code === EXIT_REFUSED) reject(new RefusedError('conflict', said()));
      else reject(new Error(`the sandbox ended with code ${code} before it was ready`));
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}
