import fc from 'fast-check';

type Draft = Record<string, unknown>;

/** Payments cut into parts: by whom they are for, below a limit that may differ from place to place and day to day. */
export function splitOf({ span, parameters }: { span: fc.Arbitrary<Draft>; parameters: Draft }): fc.Arbitrary<Draft> {
  return fc
    .record({
      scope: fc.constantFrom(['villageCode'], ['villageCode'], ['contractId'], ['villageCode', 'atMonth']),
      limit: fc.constantFrom<unknown>(
        800_000,
        5_000_000,
        10_000_000,
        { parameter: 'threshold', region: 'villageCode', day: 'atMs' },
        { parameter: 'threshold', region: 'townshipCode', day: 'atMs' },
      ),
      nearPercent: fc.constantFrom<unknown>(1, 50, 80, 99, { parameter: 'share' }),
      minParts: fc.constantFrom<unknown>(undefined, 2, 3, { parameter: 'limit' }),
      within: span,
      by: fc.constantFrom(undefined, 'contractId', 'projectId', 'source'),
      direction: fc.option(fc.constant({ direction: 'out' }), { nil: undefined }),
    })
    .map(({ scope, limit, nearPercent, minParts, within, by, direction }) => ({
      kind: 'split',
      of: 'paid',
      field: 'amountFen',
      limit,
      nearPercent,
      within,
      ...(by === undefined ? {} : { by }),
      ...(minParts === undefined ? {} : { minParts }),
      parameters,
      scope,
      inputs: { paid: { type: 'assets.payment', ...(direction ? { where: direction } : {}) } },
    }));
}
