import 'reflect-metadata';
import { RefusedError } from '@tianyan/kernel';
import { readConfig } from '@tianyan/runtime';
import { Argument, Command } from 'commander';
import { runCheckRules } from './check-rules-command.js';
import { runClock } from './clock-command.js';
import { runImport } from './import-command.js';
import { start } from './start.js';

const say = (text: string) => process.stdout.write(`[天眼] ${text}\n`);

async function runProduct(): Promise<void> {
  const started = await start(readConfig(process.env), say, () => process.exit(1));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void started.stop().then(() => process.exit()));
}

const program = new Command('tianyan').description('天眼：汇聚监督数据，跨源发现疑点，供人核实');
program.command('start', { isDefault: true }).description('启动整个平台（默认）').action(runProduct);

program
  .command('import')
  .description('把一张表格按映射文件导入（平台停止时）')
  .argument('<file>', 'CSV 或 XLSX 文件，可为 .gz')
  .requiredOption('--mapping <file>', '映射文件（YAML），例子见 docs/examples')
  .option('--source <name>', '记入哪个数据源')
  .action(async (file: string, options: { mapping: string; source?: string }) => {
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
      say: (line) => process.stdout.write(`${line}\n`),
      signal: stop.signal,
      progress: process.stderr,
    });
    await end(code);
  });

program
  .command('clock')
  .description('查看机器时间和研判时钟；两者相差过大、研判停止时用 accept 或 reset 处理')
  .addArgument(
    new Argument('[action]', 'accept：机器时间无误，继续研判；reset：研判时钟有误，改回机器时间并全部重算')
      .choices(['show', 'accept', 'reset'])
      .default('show'),
  )
  .action(async (action: 'show' | 'accept' | 'reset') => {
    await runClock({ config: readConfig(process.env), action, say: (line) => process.stdout.write(`${line}\n`) });
  });

program
  .command('check-rules')
  .description('检查自己写的规则，并跑每条规则里的例子（平台不必停止）')
  .argument('<path>', '规则文件（YAML），或放着规则文件的文件夹')
  .action(async (path: string) => {
    process.exitCode = await runCheckRules({
      config: readConfig(process.env),
      path,
      say: (line) => process.stdout.write(`${line}\n`),
    });
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
