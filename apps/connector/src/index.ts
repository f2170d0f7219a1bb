export { ConnectorModule, type ConnectorModuleOptions } from './connector.module.js';
