import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepFilesPrivate } from './index.js';

let parent: string;
let umask: number;

const modeOf = (...path: string[]) => (statSync(join(parent, ...path)).mode & 0o777).toString(8);

beforeEach(() => {
  umask = process.umask(0o022);
  parent = mkdtempSync(join(tmpdir(), 'tianyan-private-'));
});
afterEach(() => {
  process.umask(umask);
  rmSync(parent, { recursive: true, force: true });
});

test('what the program writes, and what an earlier version left open, only its own account can read', () => {
  mkdirSync(join(parent, 'data', 'logs'), { recursive: true });
  writeFileSync(join(parent, 'data', 'first-passwords.json'), '{}');
  expect([modeOf('data', 'logs'), modeOf('data', 'first-passwords.json')]).toEqual(['755', '644']);

  keepFilesPrivate(join(parent, 'data'));

  expect([modeOf('data', 'logs'), modeOf('data', 'first-passwords.json')]).toEqual(['700', '600']);
  // Run by root, the account of the embedded PostgreSQL passes through, and can list nothing.
  expect(modeOf('data')).toBe(process.getuid?.() === 0 ? '711' : '700');
  mkdirSync(join(parent, 'data', 'clickhouse'));
  writeFileSync(join(parent, 'data', 'clickhouse', 'part'), '');
  expect([modeOf('data', 'clickhouse'), modeOf('data', 'clickhouse', 'part')]).toEqual(['700', '600']);
});

test('a folder that is not there yet is made, with those on the way; who gets through it gets through them', () => {
  const before = modeOf();
  keepFilesPrivate(join(parent, 'new', 'county', 'data'));
  const mode = process.getuid?.() === 0 ? '711' : '700';
  expect([modeOf('new'), modeOf('new', 'county'), modeOf('new', 'county', 'data')]).toEqual([mode, mode, mode]);
  // What was there is its owner's.
  expect(modeOf()).toBe(before);
});
