export * from './grants.js';
export { isSamePerson } from './held-roles.js';
export * from './people.js';
export * from './person.js';
