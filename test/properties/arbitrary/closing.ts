import fc from 'fast-check';

type Draft = Record<string, unknown>;

/** A rule that decides at the end of its period, or so much later. Histories last some weeks, of which a period's end is one day. */
export const closedOf: fc.Arbitrary<Draft> = fc
  .constantFrom<Draft | undefined>(
    undefined,
    undefined,
    { calendarDays: 1 },
    { calendarDays: { parameter: 'peers' } },
    { workingDays: 1 },
    { workingDays: 5 },
    { workingDays: { parameter: 'peers' } },
  )
  .map((grace) => ({ decide: 'closed', ...(grace ? { grace } : {}) }));

/** Of a scope with a period: half of them decide at any time. */
export const closingOf: fc.Arbitrary<Draft> = fc.oneof(fc.constant<Draft>({}), closedOf);
