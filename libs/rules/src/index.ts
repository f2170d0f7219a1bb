export * from './evaluation.js';
export * from './language/index.js';
