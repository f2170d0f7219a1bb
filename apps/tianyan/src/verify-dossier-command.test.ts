import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freshSealKey, jsonBytes, keptSealKey, sealBundle, sha256Of, type Attachment, type SealKey } from '@tianyan/dossier';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { runVerifyDossier } from './verify-dossier-command.js';

let folder: string;
let key: SealKey;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tianyan-verify-'));
  key = keptSealKey(join(folder, 'data', 'dossier-seal.pem'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function kept(name: string, content: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}
async function dossier(): Promise<Buffer> {
  const about = { clueId: 'c1', clueNumber: '线索〔2026〕0001号', madeAtMs: Date.parse('2026-07-01T09:00:00+08:00') };
  const by = { madeBy: 'li.fen', madeByName: '李芬', reason: '移送', uncovered: false };
  const steps = jsonBytes({ whole: false, headHash: 'h', steps: [{ seq: 1, hash: 'h' }] });
  const photo = Buffer.from('一张照片');
  const sha256 = sha256Of(photo);
  const attachments: Attachment[] = [
    { fileId: 'F1', bytes: photo.length, sha256, path: 'files/001.jpg', open: () => Promise.resolve(Readable.from([photo])) },
    { fileId: 'F2', bytes: 9, sha256, omitted: 'withdrawn' },
  ];
  const entries = [{ path: 'steps.json', content: steps }];
  return buffer(sealBundle({ ...about, ...by }, { entries, attachments, withoutPdf: '内容太多' }, key).zip);
}
async function run(file: string, keyFile: string | null = null) {
  const lines: string[] = [];
  const code = await runVerifyDossier({ file, keyFile, say: (line) => lines.push(line) });
  return { code, said: lines.join('\n') };
}

test('a dossier as it was sealed is told with who made it and why; by the key it is the platform’s', async () => {
  const file = kept('a.zip', await dossier());
  const unnamed = await run(file);
  expect(unnamed.code).toBe(0);
  expect(unnamed.said).toContain('由 李芬（li.fen）于 2026-07-01 09:00 导出，理由：移送');
  expect(unnamed.said).toContain('附件：包含 1 个，另有 1 个只列名称和校验值');
  expect(unnamed.said).toContain('没有 PDF，只有 Word：内容太多');
  expect(unnamed.said).toContain('没有给公钥（--key）');
  expect(await run(file, kept('own.pem', key.publicKey))).toMatchObject({
    code: 0,
    said: expect.stringContaining('是用所给的公钥封存的'),
  });
});

test('a changed one, and one of another key, end with code 1 and say what is wrong', async () => {
  const changed = (await dossier()).toString('latin1').replace('steps.json', 'stepz.json');
  const { code, said } = await run(kept('b.zip', Buffer.from(changed, 'latin1')));
  expect(code).toBe(1);
  expect(said).toMatch(/^卷宗不是封存时的样子：.*steps\.json/);
  const other = await run(kept('a.zip', await dossier()), kept('other.pem', freshSealKey().publicKey));
  expect(other).toEqual({ code: 1, said: expect.stringContaining('封条不是用所给的公钥封的') });
});

test('a file that is not there, and a key that is none, are refused', async () => {
  await expect(run(join(folder, 'none.zip'))).rejects.toThrow('没有文件');
  await expect(run(kept('a.zip', await dossier()), kept('bad.pem', 'no key'))).rejects.toThrow('公钥文件不是 Ed25519 公钥');
});

test('the key is made once, and only the account that runs the platform may read it', () => {
  const file = join(folder, 'data', 'dossier-seal.pem');
  expect(keptSealKey(file).fingerprint).toBe(key.fingerprint);
  expect(statSync(file).mode & 0o077).toBe(0);
});
