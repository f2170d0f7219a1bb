import fc from 'fast-check';
import { closingOf } from './closing.js';

type Draft = Record<string, unknown>;

/** What these rules are made of; see arbitrary-rules.ts. */
interface Made {
  eventWhere: fc.Arbitrary<unknown>;
  smallNumber: fc.Arbitrary<unknown>;
  statistic: fc.Arbitrary<Draft>;
  parameters: Draft;
}

/** Records whose scopes are held against each other. A scope begins with something of one history; its peers may be of all. */
interface World {
  type: string;
  /** A scope, what its peers share, and from which fields its parts are read. */
  scopes: readonly { scope: readonly string[]; among: readonly string[]; read?: Draft; isPeriod?: true }[];
  measures: readonly Draft[];
}

const EVENTS: World = {
  type: 'hotline.order-event',
  scopes: [
    { scope: ['unitId', 'atMonth'], among: ['atMonth'], isPeriod: true },
    { scope: ['unitId', 'week'], among: ['week'], read: { week: 'atWeek' }, isPeriod: true },
    { scope: ['unitId', 'atDay'], among: ['unitId'], isPeriod: true },
    { scope: ['orderId', 'unitId'], among: ['orderId'] },
    { scope: ['orderId', 'unitId'], among: [] },
    { scope: ['unitId'], among: [] },
  ],
  measures: [{}, {}, { measure: 'distinct', field: 'orderId' }, { measure: 'sum', field: 'satisfaction' }],
};
const PAYMENTS: World = {
  type: 'assets.payment',
  scopes: [
    { scope: ['villageCode', 'townshipCode'], among: ['townshipCode'] },
    { scope: ['villageCode', 'townshipCode', 'atQuarter'], among: ['townshipCode', 'atQuarter'], isPeriod: true },
    { scope: ['villageCode', 'direction'], among: ['direction'] },
  ],
  measures: [{}, { measure: 'sum', field: 'amountFen' }, { measure: 'distinct', field: 'amountFen' }],
};

function ofWorld({ type, scopes, measures }: World, where: fc.Arbitrary<unknown>, made: Made): fc.Arbitrary<Draft> {
  const { smallNumber, statistic, parameters } = made;
  return fc
    .record({
      place: fc.constantFrom(...scopes),
      wheres: fc.tuple(where, fc.option(where, { nil: undefined, freq: 2 })),
      part: fc.constantFrom(...measures),
      whole: fc.option(fc.constantFrom(...measures), { nil: undefined, freq: 4 }),
      minWhole: smallNumber,
      minPart: fc.option(smallNumber, { nil: undefined, freq: 2 }),
      is: fc.constantFrom('above', 'atLeast', 'below', 'atMost'),
      statistic,
      leastDistance: fc.constantFrom<unknown>(1, 1, 1, 1, 2, 20, { parameter: 'limit' }),
      isDistant: fc.boolean(),
      percent: fc.constantFrom<unknown>(undefined, 100, 150, { parameter: 'share' }),
      minPeers: fc.constantFrom<unknown>(3, 4, { parameter: 'peers' }),
      closing: closingOf,
    })
    .map(({ place, wheres, part, whole, minWhole, minPart, percent, minPeers, closing, ...drawn }) => {
      const { scope, among, read } = place;
      const input = (of: unknown) => ({ type, ...(of === undefined ? {} : { where: of }), ...(read ? { scope: read } : {}) });
      return {
        kind: 'outlier',
        part: { of: 'input0', ...part },
        ...(whole ? { whole: { of: 'input1', ...whole }, minWhole } : {}),
        ...(minPart === undefined ? {} : { minPart }),
        ...(among.length === 0 ? {} : { among }),
        is: drawn.is,
        ...drawn.statistic,
        ...(percent === undefined ? {} : { percent }),
        // Without it what is above is refused.
        ...(drawn.isDistant || drawn.is === 'above' || drawn.is === 'atLeast' ? { leastDistance: drawn.leastDistance } : {}),
        minPeers,
        ...(place.isPeriod ? closing : {}),
        everyMinutes: 5,
        scope,
        inputs: { input0: input(wheres[0]), ...(whole ? { input1: input(wheres[1]) } : {}) },
        parameters,
      };
    });
}

export function outlierOf(made: Made): fc.Arbitrary<Draft> {
  const paid = fc.constantFrom<unknown>({ direction: 'out' }, { amountFen: { above: 800_000 } }, { contractId: { null: true } });
  return fc.oneof(
    { weight: 3, arbitrary: ofWorld(EVENTS, made.eventWhere, made) },
    { weight: 1, arbitrary: ofWorld(PAYMENTS, paid, made) },
  );
}
