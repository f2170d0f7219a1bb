export { WarehouseFacade, type FacadeListener, type FacadeOptions } from './facade.js';
export { FaultProxy, type ProxiedFault } from './fault-proxy.js';
export { FaultPlan, type Fault, type FaultInput } from './faults.js';
export { ClickHouseServer, type ServerOptions } from './server/server.js';

/** The facade's program, for a process of its own; of the built library. */
export const FACADE_PROGRAM = new URL('../../dist/testing/facade-main.js', import.meta.url);
/** The server's program, likewise. */
export const SERVER_PROGRAM = new URL('../../dist/testing/server/server-main.js', import.meta.url);
