export { refusalOfDeputy, type Delegation } from './delegation.js';
export * from './delegations.js';
