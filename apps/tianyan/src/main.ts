import 'reflect-metadata';
import { RefusedError } from '@tianyan/kernel';
import { readConfig } from '@tianyan/runtime';
import { Command } from 'commander';
import { start } from './start.js';

const say = (text: string) => process.stdout.write(`[天眼] ${text}\n`);

async function runProduct(): Promise<void> {
  const started = await start(readConfig(process.env), say, () => process.exit(1));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void started.stop().then(() => process.exit()));
}

const program = new Command('tianyan').description('天眼：汇聚监督数据，跨源发现疑点，供人核实');
program.command('start', { isDefault: true }).description('启动整个平台（默认）').action(runProduct);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(
    `[天眼] 启动失败：${error instanceof RefusedError ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exit(1);
}
