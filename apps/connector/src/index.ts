export { ConnectorModule, type ConnectorModuleOptions } from './connector-module.js';
export { Connector } from './connector.js';
export { connectorMigrations } from './migrations.js';
export * from './quarantine/quarantine-store.js';
export { loadMapping, loadSources, SANDBOX_SOURCES, type LoadedSource, type SourceVariables } from './sources/load-sources.js';
export * from './store/source-store.js';
