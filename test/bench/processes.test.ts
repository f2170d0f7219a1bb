import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpuMsOf, productTree, treeCpuMs } from './processes.js';

/** Works for some time, says so, and lives until its standard input ends. */
const BUSY = `const end = performance.now() + 200; while (performance.now() < end); console.log('done'); process.stdin.resume();`;

test('what a simulated county uses is told apart from the product above it', async () => {
  const start = (...args: string[]) =>
    spawn(process.execPath, ['-e', BUSY, '--', ...args], { stdio: ['pipe', 'pipe', 'ignore'] });
  const children = [start('--data=x', '--speed=60'), start('--data=x')];
  try {
    await Promise.all(children.map(({ stdout }) => once(stdout, 'data')));
    const { product, county } = productTree(process.pid);
    expect(county.map(({ pid }) => pid)).toEqual([children[0]?.pid]);
    expect(product.map(({ pid }) => pid)).toEqual(expect.arrayContaining([process.pid, children[1]?.pid]));
    expect(cpuMsOf(county)).toBeGreaterThan(50);
    expect(treeCpuMs(process.pid)).toBeGreaterThanOrEqual(cpuMsOf(product) + cpuMsOf(county));
  } finally {
    await Promise.all(children.map((child) => (child.stdin.end(), once(child, 'exit'))));
  }
});
