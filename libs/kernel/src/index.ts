export * from './clock.js';
export * from './errors.js';
export * from './free-port.js';
export * from './ids.js';
export * from './postgres-errors.js';
export * from './retry.js';
export * from './rng.js';
export * from './serial-queue.js';
