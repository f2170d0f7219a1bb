import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** Processes of the product, in the order in which a record passes them. */
export const APPS = ['connector', 'writer', 'correlator', 'notifier', 'console'];
const MAX_COPIES = 8;

export const USAGE = `用法：npm run cluster -- [选项]

  --stream kafka|postgres      流放在哪里，默认 kafka（需要 Java 和 Maven）
  --copies writer=2,correlator=2  各进程的份数，默认各一份；控制台只能一份
  --help                       显示本说明

环境变量与 npm start 相同。已有的服务用地址指出，就不再启动：
  TIANYAN_POSTGRES_URL  TIANYAN_CLICKHOUSE_URL  TIANYAN_KAFKA_BROKERS  TIANYAN_REDIS_URL
数据放在 TIANYAN_DATA（默认 data/cluster）；TIANYAN_SANDBOX=off 不启动演示县。Ctrl+C 停止全部。`;

/** What the person asked for cannot be done; the message says what to do. */
export class StartRefused extends Error {}

/** @param {readonly string[]} args */
export function readOptions(args) {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        stream: { type: 'string', default: 'kafka' },
        copies: { type: 'string', default: '' },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    throw new StartRefused(`${error.message}\n\n${USAGE}`);
  }
  if (!['kafka', 'postgres'].includes(values.stream)) throw new StartRefused(`--stream 应为 kafka 或 postgres\n\n${USAGE}`);
  return { stream: values.stream, copies: readCopies(values.copies), help: values.help };
}

function readCopies(text) {
  const copies = Object.fromEntries(APPS.map((app) => [app, 1]));
  for (const part of text.split(',').filter(Boolean)) {
    const [app = '', count] = part.split('=');
    const number = Number(count);
    if (!APPS.includes(app) || !Number.isInteger(number) || number < 1 || number > MAX_COPIES)
      throw new StartRefused(`--copies 写成 进程=份数，例如 writer=2（1 到 ${MAX_COPIES}），现在是 ${part}`);
    copies[app] = number;
  }
  if (copies.console > 1) throw new StartRefused('这里的控制台只能有一份：它占用对外的端口');
  return copies;
}

/** Refuses with everything that this machine lacks, in one go, and how to get it. */
export function checkMachine(options, env) {
  const missing = [];
  if (options.stream === 'kafka' && !env.TIANYAN_KAFKA_BROKERS) {
    const script = fileURLToPath(new URL('../../deploy/kafka/start.mjs', import.meta.url));
    const check = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
    if (check.status !== 0)
      missing.push(`${check.stderr.trim()}\n  - 或者：npm run cluster -- --stream postgres，把流放在 PostgreSQL 里`);
  }
  if (!env.TIANYAN_REDIS_URL && spawnSync('redis-server', ['--version']).error)
    missing.push('缺少 redis-server。Debian/Ubuntu：apt-get install redis-server；或用 TIANYAN_REDIS_URL 指出已有的 Redis');
  if (!env.TIANYAN_CLICKHOUSE_URL && !isInstalled('ffi-rs'))
    missing.push(
      '缺少 npm 包 ffi-rs（启动 ClickHouse 用）：请完整安装（npm install，不带 --omit=dev），或用 TIANYAN_CLICKHOUSE_URL 指出已有的 ClickHouse',
    );
  if (missing.length > 0) throw new StartRefused(missing.join('\n'));
}

function isInstalled(name) {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}
