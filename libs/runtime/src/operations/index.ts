export * from './access.js';
export * from './lags.js';
export * from './metrics.js';
export * from './operations.controller.js';
export * from './readiness.js';
