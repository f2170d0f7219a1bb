export { composeNotifier, type Notifier, type NotifierOptions, type NotifierParts } from './compose-notifier.js';
export * from './notifier.module.js';
export { watchedSources, type SourceHealth, type SourceState, type WatchedSource } from './source-health.js';
