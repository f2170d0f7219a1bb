/** Requests and answers of the console's HTTP API. Free of server code: the web app imports it too. */
export * from './notices.js';
export * from './dictionary.js';
export * from './events.js';
export * from './findings.js';
export * from './loads.js';
export * from './advisories.js';
export * from './overview.js';
export * from './precision.js';
export * from './primitives.js';
export * from './quarantine.js';
export * from './rule-parameters.js';
export * from './rule-pauses.js';
export * from './rules.js';
export * from './session.js';
export * from './sources.js';
export * from './sweeps.js';
