export * from './cable.js';
export * from './migrations-before.js';
export * from './test-postgres.js';
