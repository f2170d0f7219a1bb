import { readFileSync } from 'node:fs';

const swcOptions = JSON.parse(readFileSync(new URL('./.swcrc', import.meta.url), 'utf8'));

/** Tests run on the sources: the `source` export condition of each workspace leads to its `src`. */
export default {
  testEnvironment: 'node',
  // A test that starts the product in this process closes new files to other accounts, and its worker goes on with others.
  setupFiles: ['<rootDir>/test/umask.mjs'],
  testSequencer: '<rootDir>/test/longest-first.mjs',
  globalSetup: '<rootDir>/test/shared-postgres.mjs',
  globalTeardown: '<rootDir>/test/stop-shared-postgres.mjs',
  roots: ['<rootDir>/libs', '<rootDir>/apps', '<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['/dist/'],
  transform: { '^.+\\.ts$': ['@swc/jest', swcOptions] },
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  // The embedded databases need a moment to start, on a busy machine more than one; a test that hangs still ends. Where a suite is given up while it starts, its
  // embedded ClickHouse stays open, and every later suite of the same worker that wants one fails with it.
  testTimeout: 180_000,
  // Each worker may hold an embedded ClickHouse and a PostgreSQL: two keep a small machine responsive.
  maxWorkers: 2,
  // A suite leaves about 10 MB behind in its worker (compiled modules that V8 keeps): 350 of them filled 4 GB, and the last suites died with it.
  workerIdleMemoryLimit: '1GB',
};
