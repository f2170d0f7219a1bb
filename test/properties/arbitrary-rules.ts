import type { RuleKind } from '@tianyan/rules';
import fc from 'fast-check';
import { withExceptions } from './arbitrary/exceptions.js';
import { countByPlace } from './arbitrary/counts.js';
import { durationOf } from './arbitrary/durations.js';
import { outlierOf } from './arbitrary/outliers.js';
import { ratioOf } from './arbitrary/ratios.js';
import { rotationRule } from './arbitrary/rotation.js';
import { officeDeadline } from './arbitrary/office-deadlines.js';
import { PARAMETERS } from './arbitrary/parameters.js';
import { scoreOf } from './arbitrary/scores.js';
import { splitOf } from './arbitrary/splits.js';
import { sqlOf } from './arbitrary/sql.js';
import { similarRule } from './arbitrary/similar.js';

/** What a rule document holds before zod has read it. */
export type Draft = Record<string, unknown>;

const EVENT = 'hotline.order-event';

/** Frequent values, so that records pass. */
const eventWhere: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .constantFrom('signed', 'returned', 'dispatched', 'contacted', 'completion-applied', 'completed')
      .map((action) => ({ action })),
  },
  { weight: 2, arbitrary: fc.constant({ action: { in: ['dispatched', 'reassigned'] }, role: { not: 'assist' } }) },
  { weight: 2, arbitrary: fc.constant({ action: { notIn: ['rated', 'visited', 'paused'] } }) },
  { weight: 1, arbitrary: fc.constant({ satisfaction: { atMost: 3 } }) },
  { weight: 1, arbitrary: fc.constant({ satisfaction: { above: { parameter: 'limit' } } }) },
  { weight: 1, arbitrary: fc.constant({ role: { null: true } }) },
  { weight: 1, arbitrary: fc.constant([{ action: 'returned', note: { contains: ['管辖', '职责'] } }, { action: 'signed' }]) },
  { weight: 1, arbitrary: fc.constant({ claimsSolved: true }) },
  {
    weight: 5,
    arbitrary: fc.constantFrom<unknown>(
      { atHour: { atLeast: 9 } },
      { atMonth: '2026-02' },
      { atDay: { not: '2026-02-16' } },
      { atWeek: { in: ['2026-02-09', '2026-02-16'] } },
      { atQuarter: '2026-Q1', atYear: { is: '2026' } },
      { note: { notContains: ['管辖', '职责'] }, action: { in: ['signed', 'returned', 'contacted'] } },
      { note: { notContains: '管辖' } },
      { note: { shorterThan: 6 } },
      { note: { longerThan: 0 } },
      { note: { shorterThan: { parameter: 'limit' } } },
      { note: { longerThan: { parameter: 'limit' } } },
      { extendedToMs: { above: { field: 'atMs', plusDays: 2 } } },
      { atMs: { atLeast: { field: 'extendedToMs', plusHours: -36 } } },
      { satisfaction: { below: { field: 'stepNo', percent: 60 } } },
      { satisfaction: { atLeast: { field: 'stepNo', percent: { parameter: 'share' } } } },
      { satisfaction: { atMost: { field: 'stepNo', percent: { parameter: 'share' } } } },
      { satisfaction: { atMost: { parameter: 'limit' } } },
      { satisfaction: { above: { field: 'stepNo', percent: { parameter: 'share' } } } },
      { satisfaction: { is: { field: 'stepNo' } } },
      { satisfaction: { atLeast: { parameter: 'limit' }, below: { parameter: 'peers' } } },
      { extendedToMs: { below: { field: 'atMs', plusDays: { parameter: 'limit' } } } },
      { extendedToMs: { atLeast: { field: 'atMs', plusDays: { field: 'stepNo' } } } },
      { extendedToMs: { not: { field: 'atMs', plusHours: { field: 'satisfaction' } } } },
      { atMs: { below: { field: 'extendedToMs', plusHours: { parameter: 'wait', day: 'atMs' } } } },
      { extendedToMs: { above: { field: 'atMs', plusWorkingDays: 1 } } },
      { atMs: { atLeast: { field: 'extendedToMs', plusWorkingDays: { field: 'stepNo' } } } },
      { atMs: { below: { field: 'extendedToMs', plusWorkingDays: { parameter: 'workingWait', day: 'atMs' } } } },
    ),
  },
  { weight: 1, arbitrary: fc.constant({ extendedToMs: { below: { field: 'atMs' } } }) },
);

const spanLength: fc.Arbitrary<Draft> = fc.oneof(
  fc.constantFrom(1, 24, 15, 48).map((hours) => ({ hours })),
  fc.constantFrom(1, 3, 30, 90).map((days) => ({ days })),
  fc.constantFrom(1, 540, 541).map((minutes) => ({ minutes })),
  fc.constantFrom<Draft>(
    { days: { parameter: 'limit' } },
    { hours: { parameter: 'limit' } },
    { minutes: { parameter: 'limit' } },
  ),
);
/** A third of the spans holds its very end. */
const span: fc.Arbitrary<Draft> = fc
  .tuple(spanLength, fc.nat(2))
  .map(([length, n]) => (n === 0 ? { ...length, boundary: 'inclusive' } : length));

const smallNumber: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 3 }) },
  { weight: 1, arbitrary: fc.constant({ parameter: 'limit' }) },
);

/** Scopes over order events; those with a unit have no order details. */
const eventScope = fc.constantFrom(['orderId'], ['orderId'], ['orderId', 'unitId'], ['unitId']);

/** The last of several may be linked to the first. */
function inputsOf(wheres: readonly unknown[], link?: Draft): Draft {
  const last = wheres.length - 1;
  return Object.fromEntries(
    wheres.map((where, index) => [
      `input${index}`,
      { type: EVENT, where, ...(link && index > 0 && index === last ? { link } : {}) },
    ]),
  );
}

/** Of another scope than the rule's: steps of the same order by other units, or of the same unit in other orders. */
const link: fc.Arbitrary<Draft | undefined> = fc.option(
  fc.constantFrom<Draft>(
    { to: 'input0', on: [{ orderId: 'orderId' }] },
    { to: 'input0', on: [{ unitId: 'unitId', action: 'action' }, { orderId: 'orderId' }] },
  ),
  { nil: undefined, freq: 2 },
);

function draft(kind: Draft, scope: readonly string[], inputs: Draft): Draft {
  return { scope, inputs, parameters: PARAMETERS, ...kind };
}

/** What a contract is worth, by place and day. */
const worths: readonly Draft[] = [
  { totalFen: { atLeast: { parameter: 'threshold', region: 'villageCode', day: 'signedOn' } } },
  { totalFen: { above: { parameter: 'threshold', region: 'villageCode', day: 'atMs' } } },
  { totalFen: { atMost: { parameter: 'threshold', region: 'villageCode', day: 'signedOn' } } },
  { totalFen: { below: { parameter: 'threshold', region: 'villageCode', day: 'signedOn' } } },
  { endsOn: { below: { field: 'signedOn', plusDays: { field: 'termMonths' } } } },
  { endsOn: { below: { field: 'signedOn', plusDays: { parameter: 'contractDays', region: 'villageCode', day: 'signedOn' } } } },
  { endsOn: { atMost: { field: 'signedOn', plusWorkingDays: { field: 'termMonths' } } } },
];
const contractsWorth = (scope: readonly string[], kind: Draft): fc.Arbitrary<Draft> =>
  fc.constantFrom(...worths).map((where) => draft(kind, scope, { input0: { type: 'assets.contract', where } }));

const matchRule = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(eventScope, eventWhere)
      .map(([scope, where]) => draft({ kind: 'match', of: 'input0' }, scope, inputsOf([where]))),
  },
  {
    // Either side of the link is what is looked for.
    weight: 2,
    arbitrary: fc
      .tuple(eventScope, eventWhere, eventWhere, link, fc.constantFrom('input0', 'input1'))
      .map(([scope, first, second, linked, of]) => draft({ kind: 'match', of }, scope, inputsOf([first, second], linked))),
  },
  { weight: 1, arbitrary: contractsWorth(['contractId'], { kind: 'match', of: 'input0' }) },
);

const countClause = (inputs: number) =>
  fc.record({
    of: fc.nat(inputs - 1).map((n) => `input${n}`),
    measure: fc.constantFrom(
      { measure: 'records' },
      { measure: 'records' },
      { measure: 'distinct', field: 'unitId' },
      { measure: 'distinct', field: 'action' },
      { measure: 'sum', field: 'satisfaction' },
    ),
    atLeast: smallNumber,
    within: fc.option(span, { nil: undefined }),
  });

const countsOfContracts = contractsWorth(['villageCode'], {
  kind: 'count',
  any: [{ of: 'input0', measure: 'records', atLeast: { parameter: 'limit' } }],
});

const countsOfEvents = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: eventScope },
      { weight: 1, arbitrary: fc.constantFrom(['unitId', 'atDay'], ['atMonth', 'unitId']) },
    ),
    fc.array(eventWhere, { minLength: 2, maxLength: 2 }),
    fc.array(countClause(2), { minLength: 1, maxLength: 2 }),
    link,
  )
  .map(([scope, wheres, clauses, linked]) =>
    draft(
      {
        kind: 'count',
        any: clauses.map(({ of, measure, atLeast, within }) => ({ of, ...measure, atLeast, ...(within ? { within } : {}) })),
      },
      scope,
      inputsOf(wheres, linked),
    ),
  );

/** Scopes of periods beside others, named by their fields or not. A period alone would hold records of several histories. */
const periodScope = fc.constantFrom<{ scope: string[]; read?: Draft }>(
  { scope: ['unitId', 'atDay'] },
  { scope: ['unitId', 'atMonth'] },
  { scope: ['unitId', 'month'], read: { month: 'atMonth' } },
  { scope: ['atWeek', 'unitId'] },
  { scope: ['atQuarter', 'unitId'] },
  { scope: ['atYear', 'unitId'] },
  { scope: ['orderId', 'atDay'] },
);

const fieldCompare = fc.constantFrom<Draft>(
  { field: 'unitId', is: 'equals' },
  { field: 'unitId', is: 'differs' },
  { field: 'action', is: 'differs' },
  { field: 'satisfaction', is: 'below' },
  { field: 'atMs', is: 'atMost', to: 'extendedToMs' },
  { field: 'satisfaction', is: 'atLeast', to: 'stepNo' },
  { field: 'satisfaction', is: 'atMost', percent: 60 },
  { field: 'satisfaction', is: 'above', percent: { parameter: 'share' } },
  { field: 'atMs', is: 'below', plusHours: 30 },
  { field: 'atMs', is: 'atLeast', plusHours: { field: 'stepNo' } },
  { field: 'atMs', is: 'differs', to: 'extendedToMs', plusDays: { field: 'satisfaction' } },
  { field: 'atMs', is: 'atMost', plusWorkingDays: { parameter: 'limit' } },
  { field: 'extendedToMs', is: 'differs', plusWorkingDays: { field: 'satisfaction' } },
  { field: 'atMs', is: 'above', plusWorkingDays: { parameter: 'workingWait', day: 'atMs' } },
  { field: 'atMs', is: 'atMost', to: 'extendedToMs', plusHours: { parameter: 'wait', day: 'atMs' } },
);

const stepCompare: fc.Arbitrary<(Draft & { step: number })[]> = fc.array(
  fc.record({ step: fc.nat(3), compared: fieldCompare }).map(({ step, compared }) => ({ ...compared, step })),
  { minLength: 1, maxLength: 2 },
);

const sequencesOfContracts = contractsWorth(['villageCode'], { kind: 'sequence', steps: [{ of: 'input0' }, { of: 'input0' }] });

const sequencesOfEvents = fc
  .tuple(
    eventScope,
    fc.array(eventWhere, { minLength: 3, maxLength: 3 }),
    fc.array(
      fc.record({
        of: fc.nat(2),
        not: fc.option(fc.nat(2), { nil: undefined }),
        within: fc.option(span, { nil: undefined, freq: 2 }),
        compare: fc.option(stepCompare, { nil: undefined, freq: 3 }), // 1 would be never
      }),
      { minLength: 2, maxLength: 4 },
    ),
    link,
  )
  .map(([scope, wheres, steps, linked]) =>
    draft(
      {
        kind: 'sequence',
        steps: steps.map(({ of, not, within, compare }, index) => ({
          of: `input${of}`,
          ...(index > 0 && not !== undefined ? { notBetween: [`input${not}`] } : {}),
          ...(index > 0 && within ? { within } : {}),
          ...(index > 0 && compare ? { compare: compare.map((one) => ({ ...one, step: 1 + (one.step % index) })) } : {}),
        })),
      },
      scope,
      inputsOf(wheres, linked),
    ),
  );

/** A third of the deadlines is missed at the very instant. */
const withBoundary = (counted: fc.Arbitrary<Draft>): fc.Arbitrary<Draft> =>
  fc.tuple(counted, fc.nat(2)).map(([draft, n]) => (n === 0 ? { ...draft, boundary: 'strict' } : draft));

const countedDeadline: fc.Arbitrary<Draft> = fc.oneof(
  fc.integer({ min: 0, max: 6 }).map((workingDays) => ({ workingDays })),
  fc.integer({ min: 0, max: 6 }).map((calendarDays) => ({ calendarDays })),
  fc.constantFrom<unknown>(0, 1, 24, 47, { parameter: 'limit' }).map((hours) => ({ hours })),
  officeDeadline,
  fc.constant({ workingDays: { parameter: 'days', region: 'townshipCode', day: 'start' }, details: 'order' }),
  fc.constant({ calendarDays: { parameter: 'days', region: 'villageCode', day: 'promisedAtMs' }, details: 'order' }),
  fc.constant({ hours: { parameter: 'localHours', region: 'villageCode', day: 'start' }, details: 'order' }),
  fc.constant({ field: 'promisedAtMs', details: 'order' }),
  fc.constant({ field: 'extendedToMs' }),
  fc.constant({ workingDays: 2, from: 'extendedToMs' }),
  fc.constant({ calendarDays: 1, from: 'extendedToMs', orAt: true }),
);

const deadline = withBoundary(countedDeadline);

const expected = fc
  .record({ of: fc.nat(3), anytime: fc.boolean() })
  .map(({ of, anytime }) => (anytime ? { of: `input${of}`, from: 'anytime' } : `input${of}`));

const forward = fc
  .record({
    of: fc.nat(3),
    which: fc.constantFrom('each', 'first', 'last'),
    expect: fc.array(expected, { minLength: 1, maxLength: 2 }),
    unless: fc.array(expected, { maxLength: 1 }),
    deadline,
    pauses: fc.boolean(),
    extensions: fc.boolean(),
    lateOnly: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  })
  .map(({ of, pauses, extensions, deadline, ...rest }) => ({
    ...rest,
    of: `input${of}`,
    deadline,
    ...(pauses && !('field' in deadline) && !('from' in deadline) ? { pauses: { of: 'paused', until: 'resumed' } } : {}),
    ...(extensions ? { extensions: { of: 'extended', to: 'extendedToMs' } } : {}),
  }));

const backward = fc
  .record({
    of: fc.nat(3),
    which: fc.constantFrom('each', 'first', 'last'),
    expect: fc.nat(3),
    within: fc.option(span, { nil: undefined }),
  })
  .map(({ of, which, expect, within }) => ({
    look: 'backward',
    of: `input${of}`,
    which,
    expect: [`input${expect}`],
    ...(within ? { within } : {}),
  }));

const absenceRule = fc
  .tuple(
    fc.constantFrom(['orderId'], ['orderId', 'unitId']),
    fc.array(eventWhere, { minLength: 4, maxLength: 4 }),
    fc.array(fc.oneof({ weight: 3, arbitrary: forward }, { weight: 1, arbitrary: backward }), { minLength: 1, maxLength: 2 }),
    link,
    fc.boolean(),
  )
  .map(([scope, wheres, clauses, linked, byLink]) =>
    draft({ kind: 'absence', any: clauses }, scope, {
      ...inputsOf(wheres, linked),
      paused: { type: EVENT, where: { action: 'paused' } },
      resumed: { type: EVENT, where: { action: 'resumed' } },
      extended: { type: EVENT, where: { action: 'extension-granted' } },
      // An order belongs to the unit that leads it, or to whoever has a step in it.
      order: {
        type: 'hotline.order',
        ...(byLink
          ? { link: { to: 'input0', on: [{ orderId: 'orderId' }] } }
          : scope.length > 1
            ? { scope: { unitId: 'leadUnitId' } }
            : {}),
      },
    }),
  );

const statistic: fc.Arbitrary<Draft> = fc.oneof(
  fc.constantFrom<Draft>({ statistic: 'average' }, { statistic: 'median' }),
  fc.constantFrom<unknown>(10, 50, 75, 99, { parameter: 'share' }).map((quantile) => ({ statistic: 'quantile', quantile })),
  fc
    .tuple(
      fc.constantFrom('lowerFence', 'upperFence', 'lowerMad', 'upperMad'),
      fc.constantFrom<unknown>(undefined, 10, 300, { parameter: 'share' }),
    )
    .map(([name, spreadPercent]) => ({ statistic: name, ...(spreadPercent === undefined ? {} : { spreadPercent }) })),
);

const dealCondition: fc.Arbitrary<Draft> = fc.oneof(
  smallNumber.map((atLeast) => ({ of: 'deal', atLeast })),
  fc.constant({ of: 'deal', none: true }),
  fc
    .constantFrom('equals', 'differs')
    .map((is) => ({ of: 'deal', atLeast: 1, compare: [{ field: 'assetId', is, subject: 'assetId', orMissing: true }] })),
  fc.constant({
    of: 'deal',
    none: true,
    compare: [
      { field: 'annualFen', is: 'equals', subject: 'annualFen' },
      { field: 'termMonths', is: 'equals', subject: 'termMonths' },
    ],
  }),
  fc.constant({ of: 'deal', atLeast: 1, compare: [{ field: 'annualFen', is: 'above', subject: 'annualFen' }] }),
  fc.constant({ of: 'deal', atLeast: 1, compare: [{ field: 'contractId', is: 'differs', subject: 'contractId' }] }),
  fc
    .record({
      test: smallNumber.map((atLeast) => ({ atLeast })),
      compare: fc.constantFrom<Draft>(
        { field: 'annualFen', is: 'below', subject: 'annualFen', percent: 70 },
        { field: 'annualFen', is: 'atLeast', subject: 'annualFen', percent: { parameter: 'share' } },
        { field: 'annualFen', is: 'above', subject: 'totalFen', percent: 110 },
        { field: 'dealtOn', is: 'above', subject: 'signedOn', plusDays: 3 },
        { field: 'dealtOn', is: 'equals', subject: 'signedOn', plusDays: { parameter: 'limit' } },
        { field: 'dealtOn', is: 'below', subject: 'signedOn', plusDays: { field: 'termMonths' } },
        {
          field: 'dealtOn',
          is: 'atLeast',
          subject: 'signedOn',
          plusDays: { parameter: 'contractDays', region: 'villageCode', day: 'signedOn' },
        },
        { field: 'dealtOn', is: 'atMost', subject: 'signedOn', plusWorkingDays: 2 },
        { field: 'dealtOn', is: 'above', subject: 'signedOn', plusWorkingDays: -1 },
        {
          field: 'dealtOn',
          is: 'below',
          subject: 'signedOn',
          plusWorkingDays: { parameter: 'contractDays', region: 'villageCode', day: 'signedOn' },
        },
        { field: 'atMs', is: 'atMost', subject: 'atMs', plusHours: -12 },
        { field: 'atMs', is: 'below', subject: 'atMs', plusHours: 36 },
        { field: 'atMs', is: 'atLeast', subject: 'atMs', plusHours: { parameter: 'limit' } },
        { field: 'atMs', is: 'below', subject: 'atMs', plusHours: { parameter: 'share' } },
        { field: 'assetId', is: 'equals', subject: 'assetId', orMissing: true },
        { field: 'listingId', is: 'differs', subject: 'listingId', orMissing: true },
      ),
    })
    .map(({ test, compare }) => ({ of: 'deal', ...test, compare: [compare] })),
  fc
    .record({
      statistic,
      per: fc.constantFrom(undefined, 'termMonths', 'areaMu'),
      is: fc.constantFrom('above', 'atLeast', 'below', 'atMost'),
      percent: fc.constantFrom<unknown>(undefined, 70, { parameter: 'share' }),
      minRecords: fc.constantFrom<unknown>(3, 4, { parameter: 'peers' }),
      others: fc.boolean(),
    })
    .map(({ statistic, per, is, percent, minRecords, others }) => ({
      of: 'peer',
      ...(others ? { compare: [{ field: 'id', is: 'differs', subject: 'id' }] } : {}),
      stat: {
        value: 'annualFen',
        ...(per ? { per } : {}),
        is,
        ...statistic,
        ...(percent === undefined ? {} : { percent }),
        minRecords,
      },
    })),
  fc.constant({ of: 'deal', sumBelow: { sum: 'annualFen', field: 'totalFen' } }),
  fc.constant({ of: 'paid', sumBelow: { sum: 'amountFen', field: 'totalFen' } }),
  fc.constantFrom<unknown>(undefined, 80, 110, { parameter: 'share' }).map((percent) => ({
    of: 'paid',
    sumAbove: { sum: 'amountFen', field: 'totalFen', ...(percent === undefined ? {} : { percent }) },
  })),
  fc.constant({ of: 'paid', sumBelow: { sum: 'amountFen', field: 'annualFen', percent: 50 } }),
);

/** Conditions on where a counterpart stands: before or after the contract, the first or the last of them, near it or not. */
const placed: fc.Arbitrary<Draft> = fc
  .record({
    of: fc.constantFrom('deal', 'paid', 'peer'),
    side: fc.constantFrom('before', 'after'),
    pick: fc.constantFrom(undefined, 'first', 'last'),
    within: fc.option(span, { nil: undefined }),
    test: fc.oneof(
      smallNumber.map((atLeast) => ({ atLeast })),
      fc.constant({ none: true }),
    ),
    compare: fc.constantFrom(undefined, { is: 'below' }, { is: 'equals' }, { is: 'differs' }),
  })
  .map(({ of, side, pick, within, test, compare }) => ({
    of,
    [side]: 'contract',
    ...(pick ? { pick } : {}),
    ...(within ? { within } : {}),
    ...(compare
      ? { compare: [{ field: 'villageCode', subject: 'villageCode', is: compare.is === 'below' ? 'differs' : compare.is }] }
      : {}),
    ...test,
  }));

const anyCondition: fc.Arbitrary<Draft> = fc.oneof({ weight: 3, arbitrary: dealCondition }, { weight: 2, arbitrary: placed });
const demand: fc.Arbitrary<Draft> = fc.oneof(
  { weight: 5, arbitrary: anyCondition },
  { weight: 2, arbitrary: fc.array(anyCondition, { minLength: 2, maxLength: 3 }).map((any) => ({ any })) },
);

const contractRule = fc
  .tuple(
    fc.array(demand, { minLength: 1, maxLength: 2 }),
    fc.option(
      withBoundary(
        fc.constantFrom<Draft>(
          { calendarDays: 5, from: 'signedOn' },
          { workingDays: 3, from: 'signedOn' },
          { calendarDays: 5, from: 'endsOn', orAt: true },
          { hours: 30 },
          { hours: { parameter: 'limit' } },
          { hours: { parameter: 'localHours', region: 'villageCode', day: 'start' } },
          { hours: { parameter: 'localHours', region: 'villageCode', day: 'start' }, details: 'account' },
          { workingHours: 9 },
          { field: 'endsOn' },
          { calendarDays: { parameter: 'contractDays', region: 'villageCode', day: 'start' }, from: 'signedOn' },
        ),
      ),
      { nil: undefined },
    ),
    fc.constantFrom(['contractId'], ['villageCode']),
    fc.option(
      fc.constantFrom<Draft>(
        ...worths,
        { totalFen: { below: { parameter: 'threshold', region: 'townshipCode', day: 'atMs' } } },
        { totalFen: { atMost: 1_000_000 } },
        { listingId: { null: true } },
      ),
      { nil: {} },
    ),
    fc.boolean(),
  )
  .map(([all, deadline, scope, worth, sameKind]) =>
    draft({ kind: 'join', subject: 'contract', all, ...(deadline ? { deadline } : {}) }, scope, {
      contract: { type: 'assets.contract', where: { kind: { in: ['lease', 'contracting'] }, ...worth } },
      deal: { type: 'trading.deal', link: { to: 'contract', on: [{ contractId: 'contractId' }, { listingId: 'listingId' }] } },
      paid: { type: 'assets.payment', link: { to: 'contract', on: [{ contractId: 'contractId', villageCode: 'villageCode' }] } },
      peer: {
        type: 'assets.contract',
        link: { to: 'contract', on: [sameKind ? { villageCode: 'villageCode', kind: 'kind' } : { villageCode: 'villageCode' }] },
      },
      ...(deadline && 'details' in deadline ? { account: { type: 'assets.payment' } } : {}),
    }),
  );

const projectRule = fc
  .tuple(
    fc.constantFrom<unknown>(50, 80, 100, { parameter: 'share' }),
    smallNumber,
    fc.option(span, { nil: undefined }),
    fc.boolean(),
    // Without the condition, also projects whose contract is worth nothing: a share of it never holds.
    fc.constantFrom({ where: { contractFen: { above: 0 } } }, {}),
    fc.boolean(),
  )
  .map(([percent, atLeast, within, unmended, worth, picked]) =>
    draft(
      {
        kind: 'join',
        subject: 'project',
        all: [
          { of: 'paid', share: { sum: 'amountFen', percent, ofField: 'contractFen', mark: 'paidAt' } },
          unmended
            ? { of: 'complaint', after: 'paidAt', ...(within ? { within } : {}), atLeast }
            : { of: 'complaint', after: 'paidAt', ...(within ? { within } : {}), none: true },
          // What follows the last payment before the complaint that was picked.
          ...(picked
            ? [
                { of: 'complaint', after: 'project', pick: 'first', mark: 'complained', atLeast: 1 },
                { of: 'paid', after: 'project', before: 'complained', ...(within ? { within } : {}), atLeast: 1 },
              ]
            : []),
        ],
      },
      ['villageCode', 'matter'],
      {
        project: { type: 'assets.project', ...worth },
        paid: { type: 'assets.payment', where: { direction: 'out' }, link: { to: 'project', on: [{ projectId: 'projectId' }] } },
        complaint: {
          type: 'hotline.order',
          where: { category: picked ? { not: 'consult' } : { notIn: ['consult', 'suggestion'] } },
        },
      },
    ),
  );

/** Any rule of a kind, over the record types that histories consist of. */
export const draftsOfKind: Readonly<Record<RuleKind, fc.Arbitrary<Draft>>> = {
  match: withExceptions(matchRule),
  count: withExceptions(
    fc.oneof(
      { weight: 5, arbitrary: countsOfEvents },
      { weight: 1, arbitrary: countsOfContracts },
      { weight: 2, arbitrary: countByPlace({ eventWhere, parameters: PARAMETERS }) },
    ),
  ),
  ratio: withExceptions(
    ratioOf({ eventScope, periodScope, eventWhere, link, span, smallNumber, compared: fieldCompare, parameters: PARAMETERS }),
  ),
  outlier: withExceptions(outlierOf({ eventWhere, smallNumber, statistic, parameters: PARAMETERS })),
  sequence: withExceptions(fc.oneof({ weight: 5, arbitrary: sequencesOfEvents }, { weight: 1, arbitrary: sequencesOfContracts })),
  absence: withExceptions(absenceRule),
  join: withExceptions(fc.oneof(contractRule, projectRule)),
  duration: withExceptions(durationOf({ eventScope, periodScope, eventWhere, link, parameters: PARAMETERS })),
  rotation: withExceptions(rotationRule.map((rule) => ({ parameters: PARAMETERS, ...rule }))),
  split: withExceptions(splitOf({ span, eventWhere, parameters: PARAMETERS })),
  similar: withExceptions(similarRule.map((rule) => ({ parameters: PARAMETERS, ...rule }))),
  score: withExceptions(scoreOf(span).map((rule) => ({ parameters: PARAMETERS, ...rule }))),
  sql: withExceptions(sqlOf({ eventWhere, parameters: PARAMETERS })),
};

/** Any rule, the kinds with more options more often. */
export const draftOfAnyKind: fc.Arbitrary<Draft> = fc.oneof(
  { weight: 3, arbitrary: draftsOfKind.match },
  { weight: 3, arbitrary: draftsOfKind.count },
  { weight: 3, arbitrary: draftsOfKind.ratio },
  { weight: 3, arbitrary: draftsOfKind.sequence },
  { weight: 5, arbitrary: draftsOfKind.absence },
  { weight: 5, arbitrary: draftsOfKind.join },
  { weight: 3, arbitrary: draftsOfKind.duration },
  {
    weight: 6,
    arbitrary: fc.oneof(
      draftsOfKind.rotation,
      draftsOfKind.split,
      draftsOfKind.similar,
      draftsOfKind.score,
      draftsOfKind.sql,
      draftsOfKind.outlier,
    ),
  },
);
