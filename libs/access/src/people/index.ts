export * from './grants.js';
export type { CountHandledWork, HandledWork } from './handled-work.js';
export { isSamePerson } from './held-roles.js';
export * from './people.js';
export * from './person.js';
