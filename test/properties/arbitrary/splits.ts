import fc from 'fast-check';

type Draft = Record<string, unknown>;

interface Made {
  span: fc.Arbitrary<Draft>;
  eventWhere: fc.Arbitrary<unknown>;
  parameters: Draft;
}

/** Short spans seldom hold two parts. */
const spanOf = (span: fc.Arbitrary<Draft>) =>
  fc.oneof(
    { weight: 1, arbitrary: span },
    { weight: 2, arbitrary: fc.constantFrom<Draft>({ days: 9 }, { days: 40, boundary: 'inclusive' }, { days: 90 }) },
  );

const minParts = fc.constantFrom<unknown>(undefined, undefined, undefined, 2, 3, { parameter: 'limit' });

const written = (made: { minParts: unknown; by: string | undefined; within: Draft }): Draft => ({
  within: made.within,
  ...(made.by === undefined ? {} : { by: made.by }),
  ...(made.minParts === undefined ? {} : { minParts: made.minParts }),
});

/** Payments below a limit that may differ from place to place and day to day. */
const payments = ({ span, parameters }: Made): fc.Arbitrary<Draft> =>
  fc
    .record({
      scope: fc.constantFrom(['townshipCode'], ['villageCode'], ['villageCode', 'atMonth']),
      limit: fc.constantFrom<unknown>(
        5_000_000,
        10_000_000,
        { parameter: 'threshold', region: 'villageCode', day: 'atMs' },
        { parameter: 'threshold', region: 'townshipCode', day: 'atMs' },
      ),
      nearPercent: fc.constantFrom<unknown>(1, 10, 50, 99, { parameter: 'share' }),
      minParts,
      within: spanOf(span),
      by: fc.constantFrom(undefined, undefined, 'direction', 'projectId', 'source'),
      where: fc.constantFrom(undefined, undefined, undefined, { direction: 'out', projectId: { null: true } }),
    })
    .map(({ scope, limit, nearPercent, where, ...made }) => ({
      kind: 'split',
      of: 'paid',
      field: 'amountFen',
      limit,
      nearPercent,
      parameters,
      scope,
      ...written(made),
      inputs: { paid: { type: 'assets.payment', ...(where === undefined ? {} : { where }) } },
    }));

/** The same of small numbers, of which histories are full. */
const events = ({ span, eventWhere, parameters }: Made): fc.Arbitrary<Draft> =>
  fc
    .record({
      scope: fc.constantFrom(['orderId'], ['unitId'], ['unitId', 'atYear']),
      limit: fc.constantFrom<unknown>(4, 6, 6, { parameter: 'peers' }),
      nearPercent: fc.constantFrom<unknown>(1, 20, 33, 50, { parameter: 'share' }),
      minParts,
      within: spanOf(span),
      by: fc.constantFrom(undefined, undefined, 'unitId', 'action', 'orderId'),
      // Of a history's events a condition leaves few.
      where: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: eventWhere }),
    })
    .map(({ scope, limit, nearPercent, where, ...made }) => ({
      kind: 'split',
      of: 'rated',
      field: 'satisfaction',
      limit,
      nearPercent,
      parameters,
      scope,
      ...written(made),
      inputs: { rated: { type: 'hotline.order-event', ...(where === undefined ? {} : { where }) } },
    }));

/** Rules about parts just below a limit. */
export function splitOf(made: Made): fc.Arbitrary<Draft> {
  return fc.oneof({ weight: 2, arbitrary: payments(made) }, { weight: 3, arbitrary: events(made) });
}
