import fc from 'fast-check';
import type { Draft } from '../arbitrary-rules.js';

const points = fc.constantFrom<unknown>(0, 1, 2, 3, 1_000, { parameter: 'limit' });

const weights: fc.Arbitrary<Draft> = fc
  .record(
    {
      rules: fc.dictionary(fc.constantFrom('first-rule', 'second-rule', 'no-rule'), points, { maxKeys: 2 }),
      severity: fc.record({ high: points, medium: points, low: points }, { requiredKeys: [] }),
      others: fc.constantFrom<unknown>(1, 1, 2, { parameter: 'limit' }),
    },
    { requiredKeys: ['others'] },
  )
  .map((made) => ({ ...made }));

/** Rules about what other rules have found, without parameters. */
export function scoreOf(span: fc.Arbitrary<Draft>): fc.Arbitrary<Draft> {
  return fc
    .record(
      {
        scope: fc.constantFrom<string[]>(
          ['unitId'],
          ['unitId'],
          ['villageCode'],
          ['townshipCode'],
          ['unitId', 'atMonth'],
          ['firmCreditCode'],
        ),
        where: fc.oneof(
          { weight: 4, arbitrary: fc.constant(undefined) },
          {
            weight: 1,
            arbitrary: fc.constantFrom<Draft>({ severity: { not: 'low' } }, { ruleId: { in: ['first-rule', 'third-rule'] } }),
          },
        ),
        weights,
        halfLifeDays: fc.constantFrom<unknown>(undefined, 1, 2, 7, { parameter: 'limit' }),
        within: fc.oneof(
          { weight: 3, arbitrary: fc.constant(undefined) },
          { weight: 2, arbitrary: fc.constantFrom<Draft>({ days: 9 }, { days: 40, boundary: 'inclusive' }) },
          { weight: 1, arbitrary: span },
        ),
        threshold: fc.constantFrom<unknown>(1, 2, 3, 4, { parameter: 'limit' }),
        atLeastRules: fc.constantFrom<unknown>(undefined, undefined, 2, 3),
      },
      { requiredKeys: ['scope', 'weights', 'threshold'] },
    )
    .map(({ scope, where, ...written }) => ({
      kind: 'score',
      of: 'sign',
      scope,
      inputs: {
        sign: {
          type: 'platform.finding',
          ...(where === undefined ? {} : { where }),
          ...(scope.includes('firmCreditCode') ? { link: { to: 'contract', on: [{ contractId: 'contractId' }] } } : {}),
        },
        ...(scope.includes('firmCreditCode')
          ? { contract: { type: 'assets.contract', scope: { firmCreditCode: 'lesseeCreditCode' } } }
          : {}),
      },
      ...Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined)),
    }));
}
