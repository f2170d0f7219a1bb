export { SourcesModule, type SourcesModuleOptions } from './sources.module.js';
export { CONNECTOR } from './tokens.js';
