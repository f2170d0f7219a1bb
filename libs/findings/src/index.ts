export * from './causes.js';
export * from './digest.js';
export * from './evaluation-clock.js';
export * from './evaluation-tickets.js';
export * from './evaluator.js';
export * from './finding-decisions.js';
export * from './finding-notices.js';
export * from './finding-queries.js';
export * from './finding-store.js';
export * from './model.js';
export * from './plan.js';
export * from './ports.js';
export * from './reconciler.js';
export * from './retired-rules.js';
export * from './rule-groups.js';
export * from './rule-registry.js';
export * from './rule-switches.js';
export * from './running-rules.js';
export * from './sweep-answers.js';
export * from './sweep-log.js';
export * from './sweep-queries.js';
export * from './sweep.js';
export * from './wake-ups.js';

/** Schema of the findings, for `migrate`. */
export const findingsMigrations = { name: 'findings', directory: new URL('../migrations/', import.meta.url) };
