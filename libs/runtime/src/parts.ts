import type { YearOfHolidays } from '@tianyan/calendar';
import type { Catalogue } from '@tianyan/contracts';
import type { Clock, IdSource, Rng } from '@tianyan/kernel';
import type { Pool } from '@tianyan/postgres';
import type { Stream } from '@tianyan/stream';
import type { WarehouseAdmin } from '@tianyan/warehouse';
import type { Logger } from 'pino';
import type { TianyanConfig } from './config.js';
import type { ReadinessCheck } from './operations/index.js';

/** Everything that the modules of a process share. Made once, at start, by the process; closed by it at the end. */
export interface RuntimeParts {
  config: TianyanConfig;
  logger: Logger;
  /** The machine's time, for time-outs, sessions, lags. */
  machineClock: Clock;
  /** The county's time, for `receivedAtMs` and evaluations. Equals the machine's except when a simulated county runs faster. */
  countyClock: Clock;
  /** For jitter. */
  rng: Rng;
  ids: IdSource;
  /** Of the operational store. */
  postgres: Pool;
  stream: Stream;
  warehouse: WarehouseAdmin;
  catalogue: Catalogue;
  /** The notices that count: which days are worked. */
  holidays: readonly YearOfHolidays[];
  /** What has to answer beside the two stores before the process can work. */
  readiness?: readonly ReadinessCheck[];
}
