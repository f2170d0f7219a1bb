import { parseArgs } from 'node:util';

/** Text for `--help`; also what a mistake in the options prints. */
export const USAGE = `用法：node deploy/kafka/start.mjs [选项]

  --data 目录        数据目录，默认 data/kafka；再次启动时接着用
  --host 地址        监听地址，默认 127.0.0.1
  --port 端口        监听端口，默认 9092；0 表示任选一个空闲端口
  --heap 大小        Java 堆内存，默认 512m
  --libs 目录        已有的 Kafka jar 目录（离线安装时用），不再调用 Maven
  --set 键=值        追加 server.properties 设置，可多次使用
  --add-scram 用户   首次格式化时建立 SCRAM 用户，如 'SCRAM-SHA-256=[name=tianyan,password=…]'，可多次使用
  --stop-with-stdin  标准输入关闭时停止（由别的程序启动时用）
  --check            只检查是否具备运行条件：具备则退出码为 0，否则说明缺什么
  --fetch            检查并下载 Kafka，不启动
  --help             显示本说明`;

/** What the person asked for cannot be done; the message says what to do. */
export class StartRefused extends Error {}

/**
 * @param {readonly string[]} args
 * @returns {{ data: string, host: string, port: number, heap: string, libs: string | undefined, set: string[], addScram: string[], stopWithStdin: boolean, check: boolean, fetch: boolean, help: boolean }}
 */
export function readOptions(args) {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        data: { type: 'string', default: 'data/kafka' },
        host: { type: 'string', default: '127.0.0.1' },
        port: { type: 'string', default: '9092' },
        heap: { type: 'string', default: '512m' },
        libs: { type: 'string' },
        set: { type: 'string', multiple: true, default: [] },
        'add-scram': { type: 'string', multiple: true, default: [] },
        'stop-with-stdin': { type: 'boolean', default: false },
        check: { type: 'boolean', default: false },
        fetch: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    throw new StartRefused(`${error.message}\n\n${USAGE}`);
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new StartRefused(`--port 应为 0 到 65535 的整数，现在是 ${values.port}`);
  const wrong = values.set.find((setting) => !/^[\w.-]+=/.test(setting));
  if (wrong !== undefined) throw new StartRefused(`--set 应写成 键=值，现在是 ${wrong}`);
  return {
    data: values.data,
    host: values.host,
    port,
    heap: values.heap,
    libs: values.libs,
    set: values.set,
    addScram: values['add-scram'],
    stopWithStdin: values['stop-with-stdin'],
    check: values.check,
    fetch: values.fetch,
    help: values.help,
  };
}
