export { refusalOfDeputy, type Delegation } from './delegation.js';
export * from './delegations.js';
export * from './in-place.js';
export * from './signatories.js';
