// npm run test:properties -- --histories 5000 --seed 7: the long run of test/properties.
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { histories: { type: 'string', default: '5000' }, seed: { type: 'string' } } });
// Printed with every test; what fails is kept.
const seed = values.seed ?? String(randomInt(1, 1_000_000_000));
const result = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    'test/properties',
    '--verbose',
  ],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      TIANYAN_PROPERTY_HISTORIES: values.histories,
      TIANYAN_PROPERTY_SEED: seed,
    },
  },
);
process.exit(result.status ?? 1);
