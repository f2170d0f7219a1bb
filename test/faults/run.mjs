// npm run test:faults [-- --points 200] [--seed N] [--size ORDERS]: the full form of test/faults.
// npm run test:faults -- --brokers [--points 100] [--seed N]: the full form of test/faults/brokers.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    brokers: { type: 'boolean', default: false },
    points: { type: 'string' },
    seed: { type: 'string' },
    size: { type: 'string' },
  },
});
// Printed, so that a run that failed can be had again.
const { brokers, points = brokers ? '100' : '200' } = values;
const seed = values.seed ?? String(Date.now() % 1_000_000);
const size = values.size ? ` --size ${values.size}` : '';
process.stderr.write(`test:faults -- ${brokers ? '--brokers ' : ''}--points ${points} --seed ${seed}${size}\n`);
const result = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    brokers ? 'test/faults/brokers' : 'test/faults/faults.test',
    '--verbose',
    '--runInBand',
  ],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      [brokers ? 'TIANYAN_BROKER_POINTS' : 'TIANYAN_FAULT_POINTS']: points,
      TIANYAN_FAULT_SEED: seed,
      ...(values.size ? { TIANYAN_FAULT_SIZE: values.size } : {}),
    },
  },
);
process.exit(result.status ?? 1);
