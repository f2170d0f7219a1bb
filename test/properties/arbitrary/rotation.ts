import fc from 'fast-check';
import type { Draft } from '../arbitrary-rules.js';

const EVENT = 'hotline.order-event';
const PAYMENT = 'assets.payment';

/** Sets that the records of a county make, and the records of which some are winners: by scope, each with what can be linked. */
const ground: fc.Arbitrary<Draft> = fc.constantFrom<Draft>(
  {
    scope: ['orderId'],
    inputs: { bid: { type: EVENT }, won: { type: EVENT, where: { action: { in: ['signed', 'returned', 'dispatched'] } } } },
    fields: { key: 'unitId', member: 'action', winner: 'role' },
  },
  {
    scope: ['orderId'],
    inputs: { bid: { type: EVENT, where: { action: { not: 'rated' } } }, won: { type: EVENT } },
    fields: { key: 'action', member: 'unitId', winner: 'unitId' },
  },
  {
    // Numbers as keys and as members.
    scope: ['unitId'],
    inputs: { bid: { type: EVENT }, won: { type: EVENT, link: { to: 'bid', on: [{ orderId: 'orderId' }] } } },
    fields: { key: 'satisfaction', member: 'stepNo', winner: 'unitId' },
  },
  {
    scope: ['unitId'],
    inputs: { bid: { type: EVENT, link: { to: 'won', on: [{ orderId: 'orderId' }] } }, won: { type: EVENT } },
    fields: { key: 'orderId', member: 'action', winner: 'action' },
  },
  {
    scope: ['villageCode'],
    inputs: { bid: { type: PAYMENT }, won: { type: PAYMENT, where: { direction: 'in' } } },
    fields: { key: 'projectId', member: 'contractId', winner: 'receivableId' },
  },
  {
    // As the shipped rule: what was bid and won belongs to the place of its listing.
    scope: ['villageCode', 'atYear'],
    inputs: {
      contract: { type: 'assets.contract' },
      bid: { type: PAYMENT, link: { to: 'contract', on: [{ contractId: 'contractId' }] } },
      won: { type: 'trading.deal', link: { to: 'contract', on: [{ contractId: 'contractId' }] } },
    },
    fields: { key: 'contractId', member: 'amountFen', winner: 'listingId' },
  },
);

const few: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 2 }) },
  { weight: 1, arbitrary: fc.constant({ parameter: 'limit' }) },
);

/** Rules of the kind `rotation`, without parameters. */
export const rotationRule: fc.Arbitrary<Draft> = fc
  .record({
    ground,
    minMembers: fc.option(few, { nil: undefined }),
    percent: fc.constantFrom<unknown>(1, 25, 33, 34, 50, 100, { parameter: 'share' }),
    of: fc.constantFrom(undefined, 'union', 'smaller'),
    atLeast: few,
    winners: fc.option(few, { nil: undefined }),
    named: fc.boolean(),
  })
  .map(({ ground: { scope, inputs, fields }, minMembers, percent, of, atLeast, winners, named }) => {
    const { key, member, winner } = fields as Record<string, string>; // written above
    return {
      scope,
      inputs,
      kind: 'rotation',
      sets: { of: 'bid', key, member, ...(minMembers === undefined ? {} : { minMembers }) },
      overlap: { percent, ...(of ? { of } : {}) },
      atLeast,
      ...(winners === undefined ? {} : { winners: { of: 'won', ...(named ? { key } : {}), member: winner, atLeast: winners } }),
    };
  });
