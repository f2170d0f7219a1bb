export * from './migrations.js';
export * from './outbox.js';
export * from './severity.js';
