import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chainedHash } from '@tianyan/kernel';
import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { readBundle } from './bundle-reader.js';
import { sealBundle, zipOf as streamOf } from './bundle-writer.js';
import {
  jsonBytes,
  MANIFEST_PATH,
  MAX_ENTRY_BYTES,
  SEAL_PATH,
  sha256Of,
  type Attachment,
  type BundleAbout,
  type BundleEntry,
} from './manifest.js';
import { freshSealKey, sealBytes, sealKeyOfSecret } from './seal.js';
import { verifyBundle } from './verify-bundle.js';

const ABOUT: BundleAbout = {
  clueId: 'c1',
  clueNumber: '线索〔2026〕0001号',
  madeAtMs: 1_800_000_000_000,
  madeBy: 'li.fen',
  madeByName: '李芬',
  reason: '移送',
  uncovered: false,
};
const HASHES = ['a', 'b', 'c'].map((letter) => letter.repeat(64));
const STEPS = { whole: false, headHash: HASHES[2] ?? '', steps: HASHES.map((hash, index) => ({ seq: index + 1, hash })) };
const ENTRIES: BundleEntry[] = [
  { path: 'dossier.docx', content: Buffer.from([0, 1, 2, 255]) },
  { path: 'clue.json', content: jsonBytes({ number: ABOUT.clueNumber }) },
  { path: 'steps.json', content: jsonBytes(STEPS) },
  { path: 'findings/001/finding.json', content: jsonBytes({ id: 'f1' }) },
  { path: 'findings/001/records/001.json', content: jsonBytes({ raw: '路灯不亮' }) },
  { path: 'empty.txt', content: Buffer.alloc(0) },
];
/** What people handed in: two that are contained, one that is named alone. */
const FILES: BundleEntry[] = [
  { path: 'files/001.jpg', content: Buffer.from('一张照片') },
  { path: 'files/003.pdf', content: Buffer.from([37, 80, 68, 70, 0, 255]) },
];
const attachmentOf = ({ path, content }: BundleEntry, fileId = path): Attachment => ({
  fileId,
  bytes: content.length,
  sha256: sha256Of(content),
  path,
  open: () => Promise.resolve(Readable.from([content.subarray(0, 2), content.subarray(2)])),
});
const WITHDRAWN: Attachment = { fileId: 'w', bytes: 7, sha256: 'd'.repeat(64), omitted: 'withdrawn' };
const ATTACHMENTS = [...FILES.map((file) => attachmentOf(file)), WITHDRAWN];
const KEY = freshSealKey();

/** Begins as the content does, and breaks off. */
const failing = (content: Buffer) =>
  Readable.from(
    (async function* () {
      yield await Promise.resolve(content.subarray(0, 2));
      throw new Error('the disk was pulled out');
    })(),
  );
/** The first step of a history, which names a file. */
function attachStep(sha256: string) {
  const content = { step: 'attach', fileId: 'F1', sha256 };
  const step = { clueId: 'c1', seq: 1, atMs: 1, takerId: 'u1', takerAccount: 'li.fen', content, stateAfter: 'registered' };
  const { clueId, seq, atMs, takerId, takerAccount, stateAfter } = step;
  return { ...step, hash: chainedHash('', [clueId, seq, atMs, takerId, takerAccount, stateAfter, content]) };
}

const zipOf = (entries: readonly BundleEntry[]) => buffer(streamOf(entries));
const sealedOf = (entries: readonly BundleEntry[], attachments: readonly Attachment[] = ATTACHMENTS, key = KEY) =>
  buffer(sealBundle(ABOUT, { entries, attachments, withoutPdf: null }, key).zip);

let folder: string;
let sealed: Buffer;
let parts: BundleEntry[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tianyan-bundle-'));
  sealed = await sealedOf(ENTRIES);
  const [manifest, seal] = await readBundle(fileOf(sealed));
  const found = (content: Buffer | null | undefined) => content ?? Buffer.alloc(0);
  parts = [
    { path: MANIFEST_PATH, content: found(manifest?.content) },
    { path: SEAL_PATH, content: found(seal?.content) },
    ...ENTRIES,
    ...FILES,
  ];
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(zip: Buffer): string {
  const file = join(folder, 'dossier.zip');
  writeFileSync(file, zip);
  return file;
}
const verified = (zip: Buffer, key: string | null = null) => verifyBundle(fileOf(zip), key);
const faultOf = async (zip: Buffer) => {
  const verdict = await verified(zip);
  return verdict.intact ? null : verdict.fault;
};
const flipped = (bytes: Buffer, at: number, mask: number) => {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ mask;
  return changed;
};
/** The same entry in a bundle of which it is changed. */
const withContent = (index: number, content: Buffer) => parts.map((part, i) => (i === index ? { ...part, content } : part));

test('a bundle is intact as it was sealed, by the key that sealed it and by no other', async () => {
  const read = await readBundle(fileOf(sealed));
  expect(read.map(({ path, bytes, sha256 }) => [path, bytes, sha256])).toEqual(
    parts.map(({ path, content }) => [path, content.length, sha256Of(content)]),
  );
  expect(await verified(sealed)).toEqual({
    intact: true,
    about: ABOUT,
    entries: 8,
    fingerprint: KEY.fingerprint,
    attachments: { contained: 2, named: 1 },
    withoutPdf: null,
  });
  expect(await verified(sealed, KEY.fingerprint)).toMatchObject({ intact: true });
  const shared = sealKeyOfSecret('s'.repeat(32));
  expect(sealKeyOfSecret('s'.repeat(32)).publicKey).toBe(shared.publicKey);
  expect(sealKeyOfSecret('t'.repeat(32)).publicKey).not.toBe(shared.publicKey);
  expect(await verified(await sealedOf(ENTRIES, ATTACHMENTS, shared), shared.fingerprint)).toMatchObject({ intact: true });
  expect(await verified(sealed, freshSealKey().fingerprint)).toMatchObject({
    fault: expect.stringContaining('不是用所给的公钥'),
  });
});

describe('any single change is found, and named', () => {
  test('of any byte of any entry, of the manifest and of the seal', async () => {
    const bytes = parts.flatMap(({ content }, index) => Array.from(content, (_, at) => ({ index, at })));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...bytes), fc.integer({ min: 1, max: 255 }), async ({ index, at }, mask) => {
        const path = parts[index]?.path ?? '';
        const changed = flipped(parts[index]?.content ?? Buffer.alloc(0), at, mask);
        const fault = await faultOf(await zipOf(withContent(index, changed)));
        // A seal that was changed is the manifest's no more.
        expect(fault).toContain(path === SEAL_PATH ? '封条' : path);
      }),
      { numRuns: 150 },
    );
  });

  test('of any byte of the file: it is found, or nothing that was sealed is other than it was', async () => {
    const whole = await readBundle(fileOf(sealed));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: sealed.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const file = flipped(sealed, at, mask);
        const verdict = await verified(file);
        if (verdict.intact) expect(await readBundle(fileOf(file))).toEqual(whole);
      }),
      { numRuns: 150 },
    );
  });

  test('an entry that is gone, put in, written twice, or stands elsewhere', async () => {
    const indexes = parts.map((_, index) => index);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...indexes), fc.constantFrom(...indexes), async (from, to) => {
        const without = parts.toSpliced(from, 1);
        const gone = await faultOf(await zipOf(without));
        expect(gone).toContain('缺少');
        expect(gone).toContain(parts[from]?.path);
        const added = parts.toSpliced(to, 0, { path: 'added.json', content: Buffer.from('{}') });
        expect(await faultOf(await zipOf(added))).not.toBeNull();
        const twice = parts.toSpliced(to, 0, ...parts.slice(from, from + 1));
        expect(await faultOf(await zipOf(twice))).toMatch(/两个/);
        const moved = without.toSpliced(to, 0, ...parts.slice(from, from + 1));
        if (from !== to) expect(await faultOf(await zipOf(moved))).not.toBeNull();
      }),
      { numRuns: 40 },
    );
    expect(await faultOf(await zipOf([...parts, { path: 'added.json', content: Buffer.from('{}') }]))).toBe(
      '多出 added.json，目录里没有它。',
    );
  });

  test('something that stands between the entries, before, or behind them', async () => {
    const secret = Buffer.from('夹带');
    for (const at of [0, sealed.indexOf('clue.json') - 30, sealed.length])
      expect(await faultOf(Buffer.concat([sealed.subarray(0, at), secret, sealed.subarray(at)]))).not.toBeNull();
    // A name that is read by programs that begin at the beginning.
    const other = Buffer.from(sealed.toString('latin1').replace('clue.json', 'clux.json'), 'latin1');
    expect(await faultOf(other)).toContain('clue.json 的位置、名称或大小前后不一');
  });

  test('a file that is cut off', async () => {
    for (const length of [0, 1, 100, sealed.length - 1]) expect(await faultOf(sealed.subarray(0, length))).not.toBeNull();
  });
});

test('a manifest of the future is not passed, nor a history whose order was changed before it was sealed', async () => {
  const resealed = async (change: (manifest: string) => string) => {
    const manifest = Buffer.from(change(parts[0]?.content.toString() ?? ''));
    return faultOf(await zipOf([{ path: MANIFEST_PATH, content: manifest }, { path: SEAL_PATH, content: sealBytes(manifest, KEY) }, ...parts.slice(2)])); // prettier-ignore
  };
  expect(await resealed((text) => text)).toBeNull();
  expect(await resealed((text) => text.replace('"formatVersion": 2', '"formatVersion": 3'))).toContain('请用较新的平台核验');
  const withSteps = async (steps: object) =>
    faultOf(await sealedOf(ENTRIES.with(2, { path: 'steps.json', content: jsonBytes(steps) })));
  expect(await withSteps({ ...STEPS, steps: STEPS.steps.toReversed() })).toContain('次序不对');
  expect(await withSteps({ ...STEPS, steps: STEPS.steps.slice(0, 2) })).toContain('前后不相扣');
});

describe('what people handed in', () => {
  test('is found where it is cut out of the archive, whatever stands behind it says of its size', async () => {
    const at = sealed.indexOf(Buffer.from('PK\u0007\u0008', 'latin1'));
    expect(at).toBeGreaterThan(0);
    for (const offset of [0, 4, 8, 12]) expect(await faultOf(flipped(sealed, at + offset, 1))).not.toBeNull();
  });

  test('breaks the dossier off where it is not what the history names, or cannot be read to its end', async () => {
    const [photo] = FILES;
    if (!photo) throw new Error('no photo');
    const other = { ...attachmentOf(photo), open: () => Promise.resolve(Readable.from([Buffer.from('另一照片')])) };
    await expect(sealedOf(ENTRIES, [other])).rejects.toThrow('附件的内容在生成卷宗时变了');
    const gone = { ...attachmentOf(photo), open: () => Promise.reject(new Error('the disk was pulled out')) };
    await expect(sealedOf(ENTRIES, [gone])).rejects.toThrow('pulled out');
    const broken = { ...attachmentOf(photo), open: () => Promise.resolve(failing(photo.content)) };
    await expect(sealedOf(ENTRIES, [broken])).rejects.toThrow('pulled out');
  });

  test('is held against the history, where it stands there whole', async () => {
    const chained = async (sha256: string, attachments: readonly Attachment[]) => {
      const taken = attachStep(sha256);
      const steps = jsonBytes({ whole: true, headHash: taken.hash, steps: [taken] });
      return faultOf(await sealedOf(ENTRIES.with(2, { path: 'steps.json', content: steps }), attachments));
    };
    const [photo] = FILES;
    if (!photo) throw new Error('no photo');
    const sha256 = sha256Of(photo.content);
    expect(await chained(sha256, [attachmentOf(photo, 'F1')])).toBeNull();
    expect(await chained(sha256, [])).toContain('第 1 步登记的附件不在目录');
    expect(await chained('e'.repeat(64), [attachmentOf(photo, 'F1')])).toContain('files/001.jpg 不是第 1 步登记的内容');
    expect(await chained(sha256, [attachmentOf(photo, 'F1'), attachmentOf(FILES[1] ?? photo, 'F2')])).toContain(
      'files/003.pdf 在办理经过里没有登记',
    );
    const exchanged: Attachment = { fileId: 'F1', bytes: 7, sha256, omitted: 'unlike-step' };
    expect(await chained('e'.repeat(64), [exchanged])).toBeNull();
  });
});

test('a dossier of the first version, which says nothing of attachments, stays verifiable', async () => {
  const { attachments: _, ...first } = JSON.parse(parts[0]?.content.toString() ?? '') as Record<string, unknown>;
  const entries = [...ENTRIES];
  const manifest = jsonBytes({ ...first, formatVersion: 1, entries: entries.map(({ path, content }) => ({ path, bytes: content.length, sha256: sha256Of(content) })) }); // prettier-ignore
  const zip = await zipOf([{ path: MANIFEST_PATH, content: manifest }, { path: SEAL_PATH, content: sealBytes(manifest, KEY) }, ...entries]); // prettier-ignore
  expect(await verified(zip, KEY.fingerprint)).toMatchObject({ intact: true, attachments: { contained: 0, named: 0 } });
});

describe('what no platform has made is refused before it is unpacked', () => {
  /** Of the same length, so that it can be written over in a finished archive. */
  const renamed = (zip: Buffer, from: string, to: string) => Buffer.from(zip.toString('latin1').replaceAll(from, to), 'latin1');

  test.each(['../../x.txt', '/etc/x.text', 'a\\b\\c\\d.tx', '..//ab.json', 'a:b:c:d.txt'])('the name %s', async (name) => {
    const zip = await zipOf([...parts, { path: 'abcde12.txt', content: Buffer.from('x') }]);
    expect(await faultOf(renamed(zip, 'abcde12.txt', name))).toMatch(/请不要解压|被改动/);
  });

  test('a bomb, whatever it says of its size', async () => {
    const bomb = await zipOf([...parts, { path: 'bomb.bin', content: Buffer.alloc(MAX_ENTRY_BYTES + 1) }]);
    expect(bomb.length).toBeLessThan(1_000_000);
    expect(await faultOf(bomb)).toContain('解压后太大');
    const said = Buffer.alloc(4);
    said.writeUInt32LE(MAX_ENTRY_BYTES + 1);
    const less = Buffer.from([100, 0, 0, 0]);
    const lying = Buffer.from(bomb.toString('latin1').replaceAll(said.toString('latin1'), less.toString('latin1')), 'latin1');
    expect(await faultOf(lying)).toContain('bomb.bin 解不开');
  });
});
