/**
 * What a running process offers to its modules by injection. Domain libraries never see these: an app's module takes
 * the parts out and passes them to plain classes.
 */
/** `RuntimeParts`: all of them, for what is composed of many. */
export const PARTS = Symbol('PARTS');
/** `Clock`: the machine's time, for time-outs, sessions, lags. */
export const MACHINE_CLOCK = Symbol('MACHINE_CLOCK');
/** `Clock`: the county's time, for `receivedAtMs` and evaluations. Equals the machine's except when a simulated county runs faster. */
export const COUNTY_CLOCK = Symbol('COUNTY_CLOCK');
/** `Rng`, for jitter. */
export const RNG = Symbol('RNG');
/** `IdSource`. */
export const IDS = Symbol('IDS');
/** Pool of the operational store. */
export const POSTGRES = Symbol('POSTGRES');
/** `Stream`. */
export const STREAM = Symbol('STREAM');
/** `WarehouseAdmin`. */
export const WAREHOUSE = Symbol('WAREHOUSE');
/** `WarehouseReader` that refuses everything but reading, for SQL typed by people. */
export const READ_ONLY_WAREHOUSE = Symbol('READ_ONLY_WAREHOUSE');
/** `Catalogue` of record types. */
export const CATALOGUE = Symbol('CATALOGUE');
/** `readonly YearOfHolidays[]`: the notices that count. */
export const HOLIDAYS = Symbol('HOLIDAYS');
/** `WorkingCalendar` made of them. */
export const CALENDAR = Symbol('CALENDAR');
/** `TianyanConfig`. */
export const CONFIG = Symbol('CONFIG');
/** pino `Logger`. */
export const LOGGER = Symbol('LOGGER');
/** `Metrics`: the Prometheus registry of the process. */
export const METRICS = Symbol('METRICS');
