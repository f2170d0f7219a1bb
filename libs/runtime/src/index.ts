export * from './config.js';
export * from './embedded-postgres.js';
export * from './logging.js';
export * from './migrations.js';
export * from './parts.js';
export * from './secrets.js';
export * from './tokens.js';
export * from './transport/index.js';
