export { WarehouseFacade, type FacadeListener, type FacadeOptions } from './facade.js';
export { FaultPlan, type Fault, type FaultInput } from './faults.js';

/** The facade's program, for a process of its own; of the built library. */
export const FACADE_PROGRAM = new URL('../../dist/testing/facade-main.js', import.meta.url);
