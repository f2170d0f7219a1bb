import { CIRCULAR_COLUMNS, circularSchema, UNITS_THAT_OWE } from './circular-rows.js';

/** The deadlines of circulars, as the office is told of them. */
export const CIRCULARS = {
  table: 'supervision_circular',
  alias: 'k',
  columns: CIRCULAR_COLUMNS,
  schema: circularSchema,
  /**
   * While all have reported and the office has not checked it, no unit is late, and of what waits to be checked the office was told. It is not told either: where the
   * office sends something back after the deadline, a unit is late from that moment.
   */
  runs: `EXISTS (${UNITS_THAT_OWE})`,
};
/** As the units are: told by themselves, as of letters. */
export const CIRCULARS_OF_UNITS = { ...CIRCULARS, marks: 'unit_' } as const;
