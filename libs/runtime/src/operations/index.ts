export * from './access.js';
export * from './metrics.js';
export * from './operations.controller.js';
