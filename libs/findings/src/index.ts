export * from './finding-decisions.js';
export * from './finding-queries.js';
export * from './model.js';
export * from './sweep-queries.js';
