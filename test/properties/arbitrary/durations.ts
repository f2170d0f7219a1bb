import fc from 'fast-check';

type Draft = Record<string, unknown>;

/** What rules over order events are made of; see arbitrary-rules.ts. */
interface Made {
  eventScope: fc.Arbitrary<readonly string[]>;
  periodScope: fc.Arbitrary<{ scope: string[]; read?: Draft }>;
  eventWhere: fc.Arbitrary<unknown>;
  link: fc.Arbitrary<Draft | undefined>;
  parameters: Draft;
}

const EVENT = 'hotline.order-event';

const length = fc.constantFrom<Draft>(
  { minutes: 1 },
  { minutes: 540 },
  { hours: 1 },
  { hours: 9 },
  { hours: 24 },
  { hours: { parameter: 'limit' } },
  { days: 2 },
  { days: { parameter: 'limit' } },
);
const bound = fc.constantFrom('above', 'atLeast');

/** Ends may begin too: `until` names the beginning input now and then. */
const until = fc.array(fc.nat(3), { minLength: 1, maxLength: 2 }).map((all) => [...new Set(all)].map((n) => `input${n}`));

const clause: fc.Arbitrary<Draft> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .record({ measure: fc.constantFrom('longest', 'total'), bound, length })
      .map((made) => ({ measure: made.measure, [made.bound]: made.length })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({
        bound,
        percent: fc.constantFrom<unknown>(0, 10, 50, 100, { parameter: 'share' }),
        of: fc.nat(3),
        until,
        minWhole: fc.option(length, { nil: undefined }),
      })
      .map(({ bound: which, percent, of, until: ends, minWhole }) => ({
        measure: 'percent',
        [which]: percent,
        whole: { of: `input${of}`, until: ends },
        ...(minWhole ? { minWhole } : {}),
      })),
  },
);

/** Rules about the time in a state, over all and in calendar periods. */
export function durationOf({ eventScope, periodScope, eventWhere, link, parameters }: Made): fc.Arbitrary<Draft> {
  return fc
    .record({
      period: fc.option(periodScope, { nil: null, freq: 2 }),
      plain: eventScope,
      wheres: fc.array(eventWhere, { minLength: 4, maxLength: 4 }),
      of: fc.nat(3),
      until,
      any: fc.array(clause, { minLength: 1, maxLength: 2 }),
      linked: link,
    })
    .map(({ period, plain, wheres, of, until: ends, any, linked }) => {
      const read = period?.read ? { scope: period.read } : {};
      const own = (where: unknown) => ({ type: EVENT, where, ...read });
      const [first, second, third, last] = wheres;
      return {
        kind: 'duration',
        of: `input${of}`,
        until: ends,
        any,
        parameters,
        scope: period?.scope ?? plain,
        inputs: {
          input0: own(first),
          input1: own(second),
          input2: own(third),
          input3: linked ? { type: EVENT, where: last, link: linked } : own(last),
        },
      };
    });
}
