/**
 * What a running process offers to its modules by injection. Domain libraries never see these: an app's module takes
 * the parts out and passes them to plain classes.
 */
/** `RuntimeParts`: all of them, for what is composed of many. */
export const PARTS = Symbol('PARTS');
/** `IdSource`. */
export const IDS = Symbol('IDS');
/** `Stream`. */
export const STREAM = Symbol('STREAM');
/** `TianyanConfig`. */
export const CONFIG = Symbol('CONFIG');
/** pino `Logger`. */
export const LOGGER = Symbol('LOGGER');
/** `Metrics`: the Prometheus registry of the process. */
export const METRICS = Symbol('METRICS');
