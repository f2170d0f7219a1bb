import { test } from '@jest/globals';
import { freePort } from '@tianyan/kernel';
import type { ISocketFactory } from 'kafkajs';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, isIP, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';

const START = fileURLToPath(new URL('../../../../deploy/kafka/start.mjs', import.meta.url));

/** Registers the tests where a broker can be had; elsewhere says loudly what is missing, and fails in CI. */
export function withKafka(name: string, register: () => void): void {
  // Fetched here, because the first download may take longer than a test should.
  const check = spawnSync(process.execPath, [START, '--fetch'], { encoding: 'utf8' });
  if (check.status === 0) {
    register();
    return;
  }
  const missing = check.stderr.trim();
  if (process.env['CI'] === 'true') {
    test(name, () => {
      throw new Error(missing);
    });
    return;
  }
  const line = '═'.repeat(72);
  process.stderr.write(`\n${line}\n【已跳过】${name}：没有在真实的 Kafka 上测试。\n${missing}\n${line}\n`);
  test.skip(name, () => {});
}

export interface TestBroker {
  /** Without encryption or users. */
  brokers: string;
  /** With TLS and SCRAM users. */
  secure: string;
  /** Certificate to trust, PEM. */
  ca: string;
  stop(): Promise<void>;
}

export const SCRAM_USER = { username: 'tianyan', password: 'test-only' } as const;
const STORE_PASSWORD = 'test-only';

/** A key and a certificate for 127.0.0.1, made by the tool that Java brings. */
function makeCertificate(directory: string): { keystore: string; ca: string } {
  const keystore = join(directory, 'broker.p12');
  const store = ['-keystore', keystore, '-storetype', 'PKCS12', '-storepass', STORE_PASSWORD, '-alias', 'broker'];
  const keytool = (args: readonly string[]) => {
    const run = spawnSync('keytool', args, { encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`keytool failed: ${run.stdout}${run.stderr}`);
    return run.stdout;
  };
  keytool(['-genkeypair', ...store, '-keyalg', 'EC', '-dname', 'CN=127.0.0.1', '-ext', 'SAN=ip:127.0.0.1', '-validity', '30']);
  return { keystore, ca: keytool(['-exportcert', '-rfc', ...store]) };
}

/** A real broker in a temporary directory, by the script that users have. */
export async function startBroker(): Promise<TestBroker> {
  const directory = await mkdtemp(join(tmpdir(), 'tianyan-kafka-'));
  const { keystore, ca } = makeCertificate(directory);
  const secure = `127.0.0.1:${await freePort()}`;
  const settings = [
    'listeners=PLAINTEXT://${host}:${port},SASL_SSL://' + secure + ',CONTROLLER://127.0.0.1:${controllerPort}',
    'advertised.listeners=PLAINTEXT://${host}:${port},SASL_SSL://' + secure,
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT',
    'sasl.enabled.mechanisms=SCRAM-SHA-512',
    'ssl.keystore.type=PKCS12',
    `ssl.keystore.location=${keystore}`,
    `ssl.keystore.password=${STORE_PASSWORD}`,
    'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;',
    // Members that are killed must be missed within a test's patience.
    'group.min.session.timeout.ms=500',
  ].flatMap((setting) => ['--set', setting]);
  const scram = `SCRAM-SHA-512=[name=${SCRAM_USER.username},password=${SCRAM_USER.password}]`;
  const child = spawn(
    process.execPath,
    [START, '--data', join(directory, 'data'), '--port', '0', '--stop-with-stdin', '--add-scram', scram, ...settings],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  let complaints = '';
  child.stderr.on('data', (text: Buffer) => {
    complaints += text.toString();
  });
  const line = await Promise.race([
    new Promise<string>((resolve) => {
      createInterface(child.stdout).once('line', resolve);
    }),
    exited.then(() => Promise.reject(new Error(`the broker did not start: ${complaints}`))),
  ]);
  const { brokers } = JSON.parse(line) as { brokers: string }; // the line that start.mjs prints
  return {
    brokers,
    secure,
    ca,
    async stop() {
      child.stdin.end();
      await exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/**
 * The way to the broker, which a test can cut: what a stream behind it sees is what a kill or an outage looks like. Brokers
 * tell clients their own address, so the sockets are led here and not by address.
 */
export class Cable {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private isCut = false;
  private losesAnswerTo = Number.POSITIVE_INFINITY;
  private cutsThen = false;

  private constructor(broker: string) {
    const [host, port] = broker.split(':');
    this.server = createServer((near) => {
      if (this.isCut) {
        near.resetAndDestroy();
        return;
      }
      this.join(near, connect(Number(port), host ?? ''));
    });
  }

  static async lay(broker: string): Promise<Cable> {
    const cable = new Cable(broker);
    await new Promise<void>((resolve) => cable.server.listen(0, '127.0.0.1', resolve));
    return cable;
  }

  private join(near: Socket, far: Socket): void {
    let askedBytes = 0;
    near.on('data', (data) => {
      askedBytes += data.length;
      far.write(data);
    });
    far.on('data', (data) => {
      const isLost = askedBytes >= this.losesAnswerTo;
      askedBytes = 0;
      if (!isLost) {
        near.write(data);
        return;
      }
      this.losesAnswerTo = Number.POSITIVE_INFINITY;
      if (this.cutsThen) this.cut();
      else near.resetAndDestroy();
    });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
  }

  readonly socketFactory: ISocketFactory = ({ host, ssl, onConnect }) => {
    const { port } = this.server.address() as AddressInfo; // a TCP server that listens has one
    return ssl
      ? connectTls({ ...ssl, host: '127.0.0.1', port, ...(isIP(host) ? {} : { servername: host }) }, onConnect)
      : connect({ host: '127.0.0.1', port }, onConnect);
  };

  /** Ends every connection and accepts no new one. */
  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  /** The broker acts on the next request of so many bytes, but its answer does not arrive; then the cable is cut, if so said. */
  loseAnswer(toBytes: number, andCut: boolean): void {
    this.losesAnswerTo = toBytes;
    this.cutsThen = andCut;
  }

  mend(): void {
    this.isCut = false;
  }

  async remove(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
