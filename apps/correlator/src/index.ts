export * from './correlator-pipeline.js';
export * from './metrics.js';
