import fc from 'fast-check';

/** Deadlines in office hours: those of the language, others, and none of a table. */
export const officeDeadline: fc.Arbitrary<Record<string, unknown>> = fc
  .record({
    workingHours: fc.constantFrom<unknown>(0, 1, 4, 7, 8, 21, { parameter: 'days', region: 'townshipCode', day: 'start' }),
    officeHours: fc.constantFrom(undefined, undefined, ['09:00-17:00'], ['00:00-02:00', '09:00-12:00', '13:00-24:00']),
  })
  .map(({ workingHours, officeHours }) => ({
    workingHours,
    ...(officeHours ? { officeHours } : {}),
    ...(typeof workingHours === 'number' ? {} : { details: 'order' }),
  }));
