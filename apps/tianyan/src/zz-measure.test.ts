import { test } from '@jest/globals';
import { readConfig } from '@tianyan/runtime';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { runImport } from './import-command.js';
test('measure', async () => {
  const folder = await mkdtemp('/tmp/tianyan-measure-'); await chmod(folder, 0o755);
  const lines: string[] = []; const t = performance.now();
  const code = await runImport({ config: readConfig({ TIANYAN_DATA: folder + '/data', TIANYAN_SANDBOX: 'off', TIANYAN_LOG_LEVEL: 'silent' }), mappingFile: 'docs/examples/boston-311.yaml', file: '/work/shared/data/boston-311-2015h1.csv.gz', say: (l) => lines.push(l), progress: new Writable({ write: (_c, _e, d) => d() }) });
  console.log(code, Math.round(performance.now() - t), lines.join('\n'), process.memoryUsage().rss / 1e6);
  await rm(folder, { recursive: true, force: true });
}, 300_000);
