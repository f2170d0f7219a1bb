import { parseArgs } from 'node:util';

/** Text for `--help`; also what a mistake in the options prints. */
export const USAGE = `用法：node deploy/kafka/start.mjs [选项]

  --data 目录        数据目录，默认 data/kafka；再次启动时接着用
  --host 地址        监听地址，默认 127.0.0.1
  --port 端口        监听端口，默认 9092；0 表示任选一个空闲端口
  --heap 大小        Java 堆内存，默认 512m
  --jvm 选项         追加给 Java 的选项，如 -XX:+UseSerialGC，可多次使用
  --libs 目录        已有的 Kafka jar 目录（离线安装时用），不再调用 Maven
  --set 键=值        追加 server.properties 设置，可多次使用
  --add-scram 用户   首次格式化时建立 SCRAM 用户，如 'SCRAM-SHA-256=[name=tianyan,password=…]'，可多次使用
  --nodes 列表       多节点集群：全部节点的 编号@主机:控制端口，逗号分隔，各节点相同；默认只有一个节点
  --node 编号        本节点在 --nodes 里的编号，默认 1
  --cluster-id 标识  多节点集群的标识（16 字节的 base64url），各节点相同；单节点自动生成
  --stop-with-stdin  标准输入关闭时停止（由别的程序启动时用）
  --check            只检查是否具备运行条件：具备则退出码为 0，否则说明缺什么
  --fetch            检查并下载 Kafka，不启动
  --help             显示本说明`;

/** What the person asked for cannot be done; the message says what to do. */
export class StartRefused extends Error {}

/** A node of a cluster of several: where the controllers reach each other. @typedef {{ id: number, host: string, port: number }} Node */

/**
 * @param {readonly string[]} args
 * @returns {{ data: string, host: string, port: number, heap: string, jvm: string[], nodes: Node[] | null, node: Node | null, clusterId: string | undefined, libs: string | undefined, set: string[], addScram: string[], stopWithStdin: boolean, check: boolean, fetch: boolean, help: boolean }}
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
        jvm: { type: 'string', multiple: true, default: [] },
        nodes: { type: 'string' },
        node: { type: 'string', default: '1' },
        'cluster-id': { type: 'string' },
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
    jvm: values.jvm,
    ...clusterOf(values),
    libs: values.libs,
    set: values.set,
    addScram: values['add-scram'],
    stopWithStdin: values['stop-with-stdin'],
    check: values.check,
    fetch: values.fetch,
    help: values.help,
  };
}

/** Which node this is, of which; both null for one node alone. */
function clusterOf({ nodes: list, node: own, 'cluster-id': clusterId }) {
  if (list === undefined) return { nodes: null, node: null, clusterId };
  const nodes = list.split(',').map((text) => {
    const parts = /^(\d+)@([\w.-]+):(\d{1,5})$/.exec(text.trim());
    if (!parts) throw new StartRefused(`--nodes 应写成 编号@主机:控制端口，多个用逗号分隔，现在是 ${list}`);
    return { id: Number(parts[1]), host: parts[2], port: Number(parts[3]) };
  });
  const node = nodes.find(({ id }) => id === Number(own));
  if (!node) throw new StartRefused(`--node ${own} 不在 --nodes ${list} 里`);
  // Each node would make up its own, and they would refuse each other.
  if (!/^[\w-]{22}$/.test(clusterId ?? '')) throw new StartRefused('多个节点要用 --cluster-id 给出同一个标识（22 个字符）');
  return { nodes, node, clusterId };
}
