export * from './api/index.js';
export * from './machine/facts.js';
export * from './machine/machine.js';
export * from './machine/step-table.js';
