import fc from 'fast-check';
import { closedOf } from './closing.js';

type Draft = Record<string, unknown>;

/** What rules over order events are made of; see arbitrary-rules.ts. */
interface Made {
  eventScope: fc.Arbitrary<readonly string[]>;
  periodScope: fc.Arbitrary<{ scope: string[]; read?: Draft }>;
  eventWhere: fc.Arbitrary<unknown>;
  link: fc.Arbitrary<Draft | undefined>;
  span: fc.Arbitrary<Draft>;
  smallNumber: fc.Arbitrary<unknown>;
  /** Comparisons of a field of one record with one of an earlier one. */
  compared: fc.Arbitrary<Draft>;
  parameters: Draft;
}

const EVENT = 'hotline.order-event';

const measure = fc.constantFrom<Draft>(
  {},
  {},
  { measure: 'distinct', field: 'unitId' },
  { measure: 'distinct', field: 'orderId' },
  { measure: 'sum', field: 'satisfaction' },
);

/** The last of two inputs may be linked to the first; either is the part. A third may have to come before. */
export function ratioOf({ eventScope, periodScope, eventWhere, link, span, smallNumber, compared, parameters }: Made) {
  const onlyAfter = fc.option(
    fc.record({
      of: fc.constantFrom('input0', 'input1', 'input2'),
      within: fc.option(span, { nil: undefined }),
      compare: fc.option(fc.array(compared, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 3 }),
    }),
    { nil: undefined, freq: 2 },
  );
  const side = fc.record({ measure, onlyAfter }).map((one) => ({ ...one.measure, onlyAfter: one.onlyAfter }));
  return fc
    .record({
      period: fc.option(periodScope, { nil: null, freq: 4 }),
      plain: eventScope,
      wheres: fc.array(eventWhere, { minLength: 3, maxLength: 3 }),
      part: side,
      whole: side,
      isLinkedPart: fc.boolean(),
      isAll: fc.boolean(),
      minWhole: smallNumber,
      bound: fc.constantFrom('above', 'atLeast', 'below', 'atMost'),
      percent: fc.constantFrom<unknown>(0, 20, 50, 100, { parameter: 'share' }),
      closed: closedOf,
      decided: fc.oneof(
        fc.constantFrom('open' as const, 'closed' as const),
        fc.oneof(fc.constantFrom<Draft>({ days: 9 }, { days: 40, boundary: 'inclusive' }), span),
      ),
      linked: link,
    })
    .map(
      ({ period, plain, wheres, part, whole, isLinkedPart, isAll, minWhole, bound, percent, closed, decided, linked }): Draft => {
        const read = period?.read ? { scope: period.read } : {};
        const [first, second, third] = wheres;
        const [partOf, wholeOf] = isLinkedPart ? ['input1', 'input0'] : ['input0', 'input1'];
        const isAsked = [part, whole].some((one) => one.onlyAfter?.of === 'input2');
        return {
          kind: 'ratio',
          part: { of: partOf, ...part },
          whole: { of: wholeOf, ...whole },
          minWhole,
          [bound]: percent,
          ...(period && decided === 'closed' ? closed : {}),
          ...(typeof decided === 'object' ? { within: decided } : {}),
          scope: period?.scope ?? plain,
          inputs: {
            input0: { type: EVENT, where: first, ...read },
            input1: { type: EVENT, ...(isAll ? {} : { where: second }), ...(linked ? { link: linked } : read) },
            ...(isAsked ? { input2: { type: EVENT, where: third, ...read } } : {}),
          },
          parameters,
        };
      },
    );
}
