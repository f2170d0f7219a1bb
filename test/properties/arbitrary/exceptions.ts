import { builtInCatalogue } from '@tianyan/contracts';
import fc from 'fast-check';
import type { Draft } from '../arbitrary-rules.js';

/** Exceptions by field, by day and by scope (of the first histories of a county). */
const exceptions: fc.Arbitrary<Draft[]> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Draft[]>([]) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Draft[]>(
      [{ reason: '试点单位', where: { role: 'assist' } }],
      [{ reason: '演练', scope: ['h0o1', 'h1o1', 'h0c1', 'h2c1'] }],
      [{ reason: '假期', where: { action: { in: ['signed', 'returned'] } }, from: '2026-02-12' }],
      [{ reason: '旧合同', where: { kind: 'lease' }, to: '2026-02-14' }],
    ),
  },
);

/** Sources to which a rule is limited. */
const sources: fc.Arbitrary<Draft> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Draft>({}) },
  { weight: 1, arbitrary: fc.constantFrom<Draft>({ sources: ['county'] }, { sources: ['import-a', 'elsewhere'] }) },
);

/** The compiler refuses an exception by fields that no input has. */
function concerns(kind: Draft, exception: Draft): boolean {
  const fields = Object.keys(exception['where'] ?? {});
  const inputs = Object.values(kind['inputs'] as Record<string, { type: string }>); // as the drafts above write it
  return inputs.some(({ type }) => fields.every((field) => builtInCatalogue.get(type).fields[field]));
}

/** With exceptions and a limit to sources, now and then. */
export const withExceptions = (rules: fc.Arbitrary<Draft>): fc.Arbitrary<Draft> =>
  fc
    .tuple(rules, exceptions, sources)
    .map(([kind, list, limit]) => ({ ...kind, ...limit, exceptions: list.filter((exception) => concerns(kind, exception)) }));
