export * from './digest.js';
export * from './evaluation-tickets.js';
export * from './finding-decisions.js';
export * from './finding-queries.js';
export * from './finding-store.js';
export * from './model.js';
export * from './ports.js';
export * from './sweep-queries.js';
export * from './wake-ups.js';

/** Schema of the findings, for `migrate`. */
export const findingsMigrations = { name: 'findings', directory: new URL('../migrations/', import.meta.url) };
