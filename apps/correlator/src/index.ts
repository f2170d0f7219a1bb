export { CorrelatorModule, type CorrelatorModuleOptions } from './correlator-module.js';
export * from './correlator-pipeline.js';
export * from './metrics.js';
export { nothingPending, type FirstLoad } from './rule-activation.js';
export { Sweeps } from './sweeps.js';
export { CORRELATOR_GROUP, CORRELATOR_TRANSPORT, correlatorTransport } from './transport.js';
