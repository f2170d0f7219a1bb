import fc from 'fast-check';

type Draft = Record<string, unknown>;

/** A number of a clause, looked up where the clause says. */
const fewest = (region: string) => ({ parameter: 'fewest', region, day: 'atMs' });
const reachOf = (region: string) => ({ parameter: 'localHours', region, day: 'atMs' });

const within = (region: string): fc.Arbitrary<Draft | undefined> =>
  fc.constantFrom<Draft | undefined>(
    undefined,
    { hours: reachOf(region) },
    { days: reachOf(region) },
    { days: reachOf(region), boundary: 'inclusive' },
    { days: { parameter: 'limit' } },
    { days: 40 },
  );

const measureOfEvents = fc.constantFrom<Draft>(
  { measure: 'records' },
  { measure: 'records' },
  { measure: 'distinct', field: 'unitId' },
  { measure: 'sum', field: 'satisfaction' },
);

/** Steps of an order, whose place the order says. */
const ofSteps = (eventWhere: fc.Arbitrary<unknown>, parameters: Draft): fc.Arbitrary<Draft> =>
  fc
    .record({
      where: eventWhere,
      clauses: fc.array(
        fc.tuple(
          measureOfEvents,
          fc.constantFrom<unknown>(fewest('townshipCode'), fewest('villageCode'), 2),
          within('townshipCode'),
        ),
        {
          minLength: 1,
          maxLength: 2,
        },
      ),
    })
    .map(({ where, clauses }) => ({
      kind: 'count',
      scope: ['orderId'],
      inputs: { step: { type: 'hotline.order-event', where }, order: { type: 'hotline.order' } },
      parameters,
      any: clauses.map(([measure, atLeast, window]) => ({
        of: 'step',
        ...measure,
        atLeast,
        ...(window ? { within: window } : {}),
        details: 'order',
      })),
    }));

/** Contracts and payments, of which each says its own place: two of one scope may have different numbers. */
const ofPlaced = (parameters: Draft): fc.Arbitrary<Draft> =>
  fc
    .record({
      input: fc.constantFrom<Draft>(
        { type: 'assets.payment' },
        { type: 'assets.payment', where: { direction: 'out' } },
        { type: 'assets.contract' },
      ),
      scope: fc.constantFrom(['townshipCode'], ['townshipCode', 'atMonth'], ['villageCode']),
      measure: fc.constantFrom<Draft>(
        { measure: 'records' },
        { measure: 'records' },
        { measure: 'distinct', field: 'villageCode' },
      ),
      atLeast: fc.constantFrom<unknown>(fewest('villageCode'), fewest('villageCode'), { parameter: 'limit' }),
      window: within('villageCode'),
    })
    .map(({ input, scope, measure, atLeast, window }) => ({
      kind: 'count',
      scope,
      inputs: { one: input },
      parameters,
      any: [{ of: 'one', ...measure, atLeast, ...(window ? { within: window } : {}) }],
    }));

/** Counts whose numbers and windows differ by place and day. */
export function countByPlace(made: { eventWhere: fc.Arbitrary<unknown>; parameters: Draft }): fc.Arbitrary<Draft> {
  return fc.oneof(ofSteps(made.eventWhere, made.parameters), ofPlaced(made.parameters));
}
