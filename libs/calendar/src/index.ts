export * from './holidays.js';
export * from './office-time.js';
export * from './reference-table.js';
export * from './working-calendar.js';
