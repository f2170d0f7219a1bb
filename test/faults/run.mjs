// npm run test:faults [-- --points 200] [--seed N] [--size ORDERS]: the full form of test/faults.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    points: { type: 'string', default: '200' },
    seed: { type: 'string' },
    size: { type: 'string' },
  },
});
// Printed, so that a run that failed can be had again.
const seed = values.seed ?? String(Date.now() % 1_000_000);
process.stderr.write(`test:faults -- --points ${values.points} --seed ${seed}${values.size ? ` --size ${values.size}` : ''}\n`);
const result = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    'test/faults',
    '--verbose',
    '--runInBand',
  ],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      TIANYAN_FAULT_POINTS: values.points,
      TIANYAN_FAULT_SEED: seed,
      ...(values.size ? { TIANYAN_FAULT_SIZE: values.size } : {}),
    },
  },
);
process.exit(result.status ?? 1);
