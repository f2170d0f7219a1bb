import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { advisoriesSchema } from '@tianyan/console-app/api';
import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient, until } from './api-client.js';
import { Product } from './product.js';

/**
 * A disk that fills up under the running product. Needs a small file system of its own, which only root can mount; where
 * that is not possible the test says so aloud, and fails where CI relies on it.
 */
const SIZE_MB = 700;
const FULL_TIMEOUT_MS = 180_000;
const CHUNK = Buffer.alloc(1024 ** 2);
const LAST_LINES = 40;

const mount = mkdtempSync(join(tmpdir(), 'tianyan-small-disk-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m`, 'tmpfs', mount]).status === 0;
let product: Product | undefined;

beforeAll(async () => {
  if (!mounted) return;
  chmodSync(mount, 0o711);
  const dataDirectory = join(mount, 'data');
  mkdirSync(dataDirectory);
  product = await Product.start({ dataDirectory, env: { TIANYAN_SANDBOX: 'off' } });
}, 240_000);
/** All these orders are of one matter, each linked to all the others: the round that is under way takes its time, beside other suites above all. */
const STOP_MS = 360_000;

afterAll(async () => {
  await product?.stop();
  if (mounted) spawnSync('umount', [mount]);
  rmSync(mount, { recursive: true, force: true });
}, STOP_MS);

const [, HEADER = '', ORDER = ''] = readFileSync('docs/examples/sample-orders.csv', 'utf8').split(/\r?\n/, 3);
const MAPPING = readFileSync('docs/examples/sample-orders.yaml', 'utf8');
const ORDERS_PER_FILE = 4_000;

/** Orders that no file before had. */
function upload(client: ApiClient, round: number): Promise<Response> {
  const [number = ''] = ORDER.split(',', 1);
  const lines = Array.from({ length: ORDERS_PER_FILE }, (_, i) => ORDER.replace(number, `${number}-${round}-${i}`));
  const form = new FormData();
  form.set('file', new Blob([[HEADER, ...lines].join('\n')]), `orders-${round}.csv`);
  form.set('mappingText', MAPPING);
  return client.sendForm('/api/uploads', form);
}

/** Takes all the room there is. */
function fill(file: string): void {
  const descriptor = openSync(file, 'w');
  try {
    for (;;) writeSync(descriptor, CHUNK);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  } finally {
    closeSync(descriptor);
  }
}

const readiness = async () => {
  const response = await fetch(`${product?.url}/readyz`);
  return { status: response.status, disk: ((await response.json()) as { details: { disk?: string } }).details.disk };
};

const onSmallDisk = mounted || process.env['CI'] === 'true' ? test : test.skip;
if (!mounted) process.stderr.write('\nSKIPPED: no small file system can be mounted here, so a full disk was not checked\n');

onSmallDisk(
  'the product stays up on a full disk, says so in Chinese, and goes on by itself once there is room',
  async () => {
    if (!product) throw new Error('no small file system can be mounted here: run as root');
    const client = await ApiClient.signIn(product, 'admin', 'Full-disk-2026');
    expect((await upload(client, 0)).status).toBe(200);
    const blob = join(mount, 'blob');
    fill(blob);

    expect(await until('the product says that it cannot work', 30_000, readinessIf(503))).toEqual({ status: 503, disk: 'down' });
    expect((await client.get('/api/advisories', advisoriesSchema)).items[0]?.text).toContain('服务器磁盘将满');
    // What PostgreSQL had set aside is used up after some files.
    const answers: { status: number; text: string }[] = [];
    await until('a file is refused', FULL_TIMEOUT_MS, async () => {
      const response = await upload(client, answers.length + 1);
      answers.push({ status: response.status, text: await response.text() });
      return response.status !== 200;
    });
    expect(answers.at(-1)).toMatchObject({ status: 503, text: expect.stringMatching(/磁盘已满|正忙/) });

    rmSync(blob);
    await until('the product works again', FULL_TIMEOUT_MS, readinessIf(200));
    // A refused file is uploaded once more by whoever brought it; what it had brought already is known.
    for (let round = 1; round <= answers.length; round++)
      await until(`file ${round} is taken`, FULL_TIMEOUT_MS, async () => (await upload(client, round)).status === 200);
    const expected = (answers.length + 1) * ORDERS_PER_FILE;
    let counted: number | undefined;
    await until(
      'every order is in the warehouse',
      FULL_TIMEOUT_MS,
      async () => {
        const { records } = await client.overview();
        counted = records.byType.find(({ key }) => key === 'hotline.order')?.count;
        // A page that was published and could not be noted any more is published once more; the figure counts both.
        return counted !== undefined && counted >= expected;
      },
      () => `${counted} of ${expected}; the log ends with\n${lastLines(join(mount, 'data', 'logs', 'tianyan.log'))}`,
    );
    // Nothing is left to take: every row of every file is known.
    for (let round = 0; round <= answers.length; round++) {
      const said: unknown = await (await upload(client, round)).json();
      const why = () =>
        `${product?.printed().slice(-PRINTED_CHARACTERS)}\n${lastLines(join(mount, 'data', 'logs', 'tianyan.log'))}`;
      // Where it is refused, the log says why the product has stopped or stands still.
      expect({ said, ...(isKnown(said) ? {} : { log: why() }) }).toEqual({ said: expect.objectContaining({ accepted: 0 }) });
    }
    expect(product.printed()).not.toMatch(/^\s+at /m);
  },
  FULL_TIMEOUT_MS * 4,
);

const PRINTED_CHARACTERS = 2_000;

function isKnown(said: unknown): boolean {
  return typeof said === 'object' && said !== null && 'accepted' in said && said.accepted === 0;
}

/** Why it stands still, where it does. */
function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-LAST_LINES).join('\n');
}

function readinessIf(status: number) {
  return async () => {
    const answer = await readiness();
    return answer.status === status && answer;
  };
}
