export * from './migrations.js';
export * from './quarantine/quarantine-store.js';
export * from './store/source-store.js';
