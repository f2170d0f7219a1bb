import { expect, test } from '@jest/globals';
import { readdir, readlink } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { spooled } from './spooled-file.js';

/** Files of this process that are open and have no name any more. */
async function held(): Promise<string[]> {
  const links = await Promise.all((await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return links.filter((link) => link.includes('/tianyan-file-'));
}
async function isGone(): Promise<void> {
  while ((await held()).length > 0) await new Promise((resolve) => setImmediate(resolve));
}

test('a content is there whole, and is gone once it was read or given up', async () => {
  const { content, sizeBytes } = await spooled(Readable.from([Buffer.from('一份'), Buffer.from('卷宗')]));
  expect([await held(), sizeBytes]).toEqual([[expect.stringMatching(/\(deleted\)$/)], 12]);
  expect(await buffer(content)).toEqual(Buffer.from('一份卷宗'));
  await isGone();
  (await spooled(Readable.from([Buffer.from('一份卷宗')]))).content.destroy();
  await isGone();
});

test('one that breaks off leaves nothing behind', async () => {
  const broken = Readable.from(
    (async function* () {
      yield await Promise.resolve(Buffer.from('一份'));
      throw new Error('the disk was pulled out');
    })(),
  );
  await expect(spooled(broken)).rejects.toThrow('pulled out');
  await isGone();
});
