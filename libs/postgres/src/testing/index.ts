export * from './cable.js';
export * from './test-postgres.js';
