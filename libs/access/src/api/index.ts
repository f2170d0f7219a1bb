/** Words and tables of access that browsers need too: nothing here opens anything. */
export * from './audit-actions.js';
export * from './delegations.js';
export * from './grant-kinds.js';
export * from './roles.js';
