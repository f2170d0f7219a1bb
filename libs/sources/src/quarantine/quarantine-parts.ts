import type { Pool } from '@tianyan/postgres';
import type { GroupStore } from './group-store.js';
import type { MendRunner } from './mend-runner.js';
import type { MendStore } from './mend-store.js';
import type { Mending } from './mending.js';
import type { QuarantineStore } from './quarantine-store.js';

/** What the services of the quarantine stand on. */
export interface QuarantineParts {
  pool: Pool;
  store: QuarantineStore;
  groups: GroupStore;
  mends: MendStore;
  mending: Mending;
  runner: MendRunner;
  /** Has a mend run in the background, by whichever process; see MendJobs. */
  start: (mendId: number) => Promise<void>;
}
