import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { geteuid, pid, ppid, seteuid } from 'node:process';
import { pino } from 'pino';
import { ArrivingFolder } from './arriving-folder.js';

/** The account that owns nothing. */
const NOBODY = 65_534;
const silent = pino({ level: 'silent' });
let parent: string;
let folder: ArrivingFolder;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'tianyan-arriving-test-'));
  folder = new ArrivingFolder(parent);
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

/** As a process has left it that was killed in the middle. */
function left(name: string): string {
  mkdirSync(join(parent, name));
  writeFileSync(join(parent, name, 'half-a-photograph'), 'x');
  return name;
}
/** Of a process that is not there any more. */
const deadPid = () => spawnSync('true').pid;

test('is the owner’s alone, and stays where it is', () => {
  const path = folder.path();
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(folder.path()).toBe(path);
});

test('is made again where the system has removed it', () => {
  const before = folder.path();
  rmSync(before, { recursive: true });
  const after = folder.path();
  expect([existsSync(after), statSync(after).mode & 0o777]).toEqual([true, 0o700]);
});

test('a name that something else has taken meanwhile is not used', () => {
  const before = folder.path();
  rmSync(before, { recursive: true });
  writeFileSync(before, 'somebody’s');
  expect(folder.path()).not.toBe(before);
});

test('what killed processes have left is removed; not what is in use, nor anything else', () => {
  left(`tianyan-arriving-${deadPid()}`);
  left(`tianyan-arriving-${deadPid()}-aBcDeF`);
  // In a container all processes have the same number.
  left(`tianyan-arriving-${pid}-aBcDeF`);
  const kept = [left(`tianyan-arriving-${ppid}-aBcDeF`), left('tianyan-arriving-x'), left('other-1')];
  const own = folder.path();
  folder.removeLeft(silent);
  expect(
    readdirSync(parent)
      .map((name) => join(parent, name))
      .toSorted(),
  ).toEqual([own, ...kept.map((name) => join(parent, name))].toSorted());
});

test('what cannot be removed is on record, and the rest is removed nevertheless', () => {
  const stuck = left(`tianyan-arriving-${deadPid()}-aaaaaa`);
  const gone = left(`tianyan-arriving-${deadPid()}-zzzzzz`);
  const warned: unknown[] = [];
  withoutRightsIn(stuck, [gone, join(gone, 'half-a-photograph')], () =>
    folder.removeLeft({ warn: (given: unknown) => void warned.push(given) }),
  );
  expect([existsSync(join(parent, stuck)), existsSync(join(parent, gone))]).toEqual([true, false]);
  expect(warned).toMatchObject([{ folder: join(parent, stuck), err: { code: expect.stringMatching(/^(?:EACCES|EPERM)$/) } }]);
});

/** As an account that may not remove what lies in one folder: another one where this one may do anything. */
function withoutRightsIn(name: string, others: readonly string[], act: () => void): void {
  chmodSync(join(parent, name), 0o500);
  const isRoot = geteuid?.() === 0;
  if (isRoot) {
    chmodSync(parent, 0o777);
    for (const other of others) chownSync(join(parent, other), NOBODY, NOBODY);
    seteuid?.(NOBODY);
  }
  try {
    act();
  } finally {
    if (isRoot) seteuid?.(0);
    chmodSync(join(parent, name), 0o700);
  }
}
