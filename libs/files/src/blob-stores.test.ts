import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort, RetriableError, sha256Hex } from '@tianyan/kernel';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import S3rver from 's3rver';
import type { BlobStore } from './blob-store.js';
import { blobStoreConformance, BREAKS_OFF } from './conformance.js';
import { openBlobs } from './open-blobs.js';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tianyan-blobs-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const keys = { accessKey: 'S3RVER', secretKey: 'S3RVER' };

describe('a folder', () => {
  let store: BlobStore;
  beforeAll(() => {
    store = openBlobs({ url: pathToFileURL(join(directory, 'folder')).href, accessKey: null, secretKey: null });
  });
  blobStoreConformance(() => store);

  // A bucket refuses a body that is shorter than it was said to be; the local server of these tests takes it.
  test('a content that breaks off is not there, and what was there before stays', async () => {
    await expect(store.put(sha256Hex('没有的'), BREAKS_OFF)).rejects.toThrow('pulled out');
    expect(await store.open(sha256Hex('没有的'))).toBeNull();
    const name = sha256Hex('原来的');
    await store.put(name, { sizeBytes: 9, open: () => Readable.from([Buffer.from('原来的')]) });
    await expect(store.put(name, BREAKS_OFF)).rejects.toThrow('pulled out');
    const before = await store.open(name);
    expect(Buffer.concat(await (before ?? Readable.from([])).toArray()).toString()).toBe('原来的');
  });

  test('nobody else reads it, and nothing unfinished is left', async () => {
    const name = sha256Hex('私密');
    await store.put(name, { sizeBytes: 6, open: () => Readable.from([Buffer.from('私密')]) });
    const folder = join(directory, 'folder', name.slice(0, 2));
    expect((await stat(join(folder, name))).mode & 0o077).toBe(0);
    const left = await readdir(join(directory, 'folder'), { recursive: true });
    expect(left.filter((path) => path.endsWith('.part'))).toEqual([]);
  });
});

test('what a killed process has left unfinished is removed once nobody can be writing it, and nothing else', async () => {
  const root = join(directory, 'killed');
  const store = openBlobs({ url: pathToFileURL(root).href, accessKey: null, secretKey: null });
  expect(await store.removeUnfinished(0)).toBe(0);
  const name = sha256Hex('照片');
  await store.put(name, { sizeBytes: 6, open: () => Readable.from([Buffer.from('照片')]) });
  const folder = join(root, name.slice(0, 2));
  const part = join(folder, `${name}.0.part`);
  await writeFile(part, '照');
  const { mtimeMs } = await stat(part);
  expect(await store.removeUnfinished(mtimeMs)).toBe(0);
  expect(await store.removeUnfinished(mtimeMs + 1)).toBe(1);
  expect(await readdir(folder)).toEqual([name]);
});

describe('a bucket', () => {
  let server: S3rver;
  let store: BlobStore;
  let address = '';
  beforeAll(async () => {
    const port = await freePort();
    address = `http://127.0.0.1:${port}`;
    server = new S3rver({
      port,
      address: '127.0.0.1',
      silent: true,
      directory: join(directory, 'bucket'),
      configureBuckets: [{ name: 'tianyan', configs: [] }],
    });
    await server.run();
    store = openBlobs({ url: `s3://tianyan/evidence?endpoint=${encodeURIComponent(address)}`, ...keys });
  });
  afterAll(async () => {
    const closed = server.close();
    // Connections that the client keeps for later would keep it open.
    server.httpServer?.closeAllConnections();
    await closed;
  });
  blobStoreConformance(() => store);

  test('a wrong key is for people to set right, and is told without the key', async () => {
    const wrong = openBlobs({ url: `s3://tianyan?endpoint=${address}`, accessKey: 'nobody', secretKey: 'not-the-secret' });
    const refused = wrong.put(sha256Hex('x'), { sizeBytes: 1, open: () => Readable.from([Buffer.from('x')]) });
    await expect(refused).rejects.toThrow('refuses');
    await expect(refused).rejects.not.toBeInstanceOf(RetriableError);
    await expect(refused).rejects.not.toThrow('not-the-secret');
  });

  test('a store that is away may be back', async () => {
    const away = openBlobs({ url: `s3://tianyan?endpoint=http://127.0.0.1:${await freePort()}`, ...keys });
    await expect(away.open(sha256Hex('x'))).rejects.toBeInstanceOf(RetriableError);
  });
});

test.each([
  ['http://elsewhere/files', 'file:///'],
  ['s3://bucket', 'endpoint'],
  ['s3://bucket?endpoint=10.0.0.5', 'endpoint'],
])('%s is no place for files', (url, words) => {
  expect(() => openBlobs({ url, ...keys })).toThrow(words);
});

test('a bucket asks for its keys', () => {
  const url = 's3://bucket?endpoint=http://10.0.0.5:9000';
  expect(() => openBlobs({ url, accessKey: null, secretKey: null })).toThrow('TIANYAN_FILES_ACCESS_KEY');
});
