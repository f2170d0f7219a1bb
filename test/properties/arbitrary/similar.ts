import fc from 'fast-check';
import type { Draft } from '../arbitrary-rules.js';

const ORDER = 'hotline.order';

const ground: fc.Arbitrary<Draft> = fc.constantFrom<Draft>(
  { scope: ['villageCode'], inputs: { text: { type: ORDER } } },
  { scope: ['unitId'], inputs: { text: { type: ORDER, scope: { unitId: 'leadUnitId' } } } },
  { scope: ['unitId', 'atMonth'], inputs: { text: { type: ORDER, scope: { unitId: 'leadUnitId' } } } },
  { scope: ['villageCode', 'matter'], inputs: { text: { type: ORDER, where: { category: { not: 'consult' } } } } },
  {
    scope: ['unitId'],
    inputs: {
      step: { type: 'hotline.order-event' },
      text: { type: ORDER, link: { to: 'step', on: [{ orderId: 'orderId' }] } },
    },
  },
);

/** Rules of the kind `similar`, without parameters. */
export const similarRule: fc.Arbitrary<Draft> = fc
  .record({
    ground,
    percent: fc.constantFrom<unknown>(50, 66, 80, 100, { parameter: 'share' }),
    minLength: fc.constantFrom<unknown>(undefined, 5, 12, 22, 23, 24, { parameter: 'length' }, { parameter: 'length' }),
    different: fc.constantFrom(undefined, 'orderId', 'matterKey', 'promisedAtMs'),
    atLeast: fc.constantFrom<unknown>(2, 2, 3, { parameter: 'limit' }),
    within: fc.constantFrom<Draft | undefined>(
      undefined,
      undefined,
      { days: 30 },
      { days: 1, boundary: 'inclusive' },
      { hours: 9 },
      { days: { parameter: 'limit' } },
    ),
  })
  .map(({ ground: { scope, inputs }, percent, minLength, different, atLeast, within }) => ({
    scope,
    inputs,
    kind: 'similar',
    of: 'text',
    field: 'content',
    percent,
    ...(minLength === undefined ? {} : { minLength }),
    ...(different ? { different } : {}),
    atLeast,
    ...(within ? { within } : {}),
  }));
