import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UNIT_MAPPING } from '../upstream.test-fixture.js';
import { configuredSources } from './configured-sources.js';

const SOURCE = `
source: own-units
label: 自己的单位表
kind: http-pull
baseUrl: http://10.0.0.1
headers: { authorization: '\${secret.ownToken}' }
everyMs: 1000
feeds: [{ feed: units, label: 单位, path: /, rows: rows, mapping: units.mapping }]
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tianyan-sources-'));
  await writeFile(join(folder, 'units.mapping'), UNIT_MAPPING);
  await writeFile(join(folder, 'own.yaml'), SOURCE);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each([
  ['instead of it', null],
  ['beside the simulated county', { url: 'http://127.0.0.1:1', exportsFolder: '/exports' }],
])('a source of one’s own has the keys that were given for it, %s', (_where, sandboxServer) => {
  const secrets = { ownToken: 'Bearer k', hotlineToken: 'another' };
  const { sources, secrets: known } = configuredSources({ sandboxServer, sourcesFile: join(folder, 'own.yaml'), secrets });
  expect(sources.map(({ config }) => config)).toMatchObject([{ headers: { authorization: 'Bearer k' } }]);
  expect(known).toMatchObject({ ownToken: 'Bearer k', hotlineToken: sandboxServer === null ? 'another' : 'sandbox-hotline' });
});
