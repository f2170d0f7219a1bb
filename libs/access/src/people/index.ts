export * from './grants.js';
export * from './people.js';
export * from './person.js';
