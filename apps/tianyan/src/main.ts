import 'reflect-metadata';
import { RefusedError } from '@tianyan/kernel';
import { readConfig } from '@tianyan/runtime';
import { start } from './start.js';

const say = (text: string) => process.stdout.write(`[天眼] ${text}\n`);

try {
  const started = await start(readConfig(process.env), say);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void started.stop().then(() => process.exit()));
} catch (error) {
  process.stderr.write(
    `[天眼] 启动失败：${error instanceof RefusedError ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exit(1);
}
