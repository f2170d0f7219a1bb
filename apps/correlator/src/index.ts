export { openAlertOutbox } from './alert-outbox.js';
export { clockReadiness } from './clock-readiness.js';
export { CorrelatorModule, type CorrelatorModuleOptions } from './correlator.module.js';
export * from './correlator-pipeline.js';
export { LoadedHistory, type FirstReads } from './loaded-history.js';
export * from './metrics.js';
export { nothingPending, type FirstLoad } from './rule-activation.js';
export { Sweeps } from './sweeps.js';
export { CORRELATOR_GROUP, CORRELATOR_TRANSPORT, correlatorLags, correlatorTransport } from './transport.js';
