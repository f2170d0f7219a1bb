import { fstatSync } from 'node:fs';
import { Command } from 'commander';
import { OtherCountyError, startSandbox } from './index.js';

const EXIT_FAILED = 1;
/** Its reason is for the person who started it. */
const EXIT_REFUSED = 2;

const program = new Command('sandbox')
  .description('模拟县：12345、三资、产权交易三个上游系统，带预置问题和真值清单')
  .option('--seed <n>', '随机种子', '7')
  .option('--size <size>', 'small、county 或一年的工单数', 'county')
  .option('--speed <n>', '模拟秒/真实秒', '60')
  .option('--port <n>', '端口，0 为自动选择', '0')
  .option('--host <address>', '监听地址', '127.0.0.1')
  .option('--data <folder>', '数据目录', './data/sandbox')
  .option('--quiet-upstreams', '接口不出 429、500 和停机')
  .parse();
const options = program.opts<{
  seed: string;
  size: string;
  speed: string;
  port: string;
  host: string;
  data: string;
  quietUpstreams?: true;
}>();

endWithParent();
try {
  const running = await startSandbox({
    seed: Number(options.seed),
    size: options.size,
    speed: Number(options.speed),
    port: Number(options.port),
    host: options.host,
    dataFolder: options.data,
    quietUpstreams: options.quietUpstreams === true,
    warn: (text) => process.stderr.write(`${text}\n`),
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void running.stop().then(() => process.exit(0)));
  // One line of JSON: whoever started the sandbox as a child process reads its address from here.
  process.stdout.write(`${JSON.stringify({ url: running.url, exportsFolder: running.exportsFolder })}\n`);
} catch (error) {
  const isRefused = error instanceof OtherCountyError;
  process.stderr.write(`${isRefused ? error.message : String(error)}\n`);
  process.exit(isRefused ? EXIT_REFUSED : EXIT_FAILED);
}

/**
 * A parent that was killed cannot stop its child, but its end of the pipe closes. Nothing needs saving: the data folder
 * is right at any moment. A terminal or /dev/null is no parent and may end as it likes.
 */
function endWithParent(): void {
  const input = fstatSync(0);
  if (!input.isFIFO() && !input.isSocket()) return;
  process.stdin
    .once('close', () => process.exit(0))
    .once('error', () => process.exit(0))
    .resume();
}
