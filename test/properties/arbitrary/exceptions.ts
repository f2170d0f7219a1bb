import { builtInCatalogue } from '@tianyan/contracts';
import type { RuleKind } from '@tianyan/rules';
import fc from 'fast-check';
import type { Draft } from '../arbitrary-rules.js';
import { isJudgedWhole } from '../oracle/judged-whole.js';

/** Of the first histories of a county. */
const ORDERS_AND_UNITS = [0, 1, 2, 3].flatMap((history) => {
  const [order, unit] = [`h${history}o1`, `h${history}u1`];
  return [order, unit, `${order}|${unit}`, `${unit}|2026-02`, `${unit}|2026`];
});

/** Exceptions by field, by day and by scope (of the first histories of a county). */
const exceptions: fc.Arbitrary<Draft[]> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Draft[]>([]) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Draft[]>(
      [{ reason: '试点单位', where: { role: 'assist' } }],
      [{ reason: '演练', scope: ['h0o1', 'h1o1', 'h0c1', 'h2c1'] }],
      [{ reason: '汛期', scope: ORDERS_AND_UNITS, from: '2026-02-12', to: '2026-02-16' }],
      [{ reason: '假期', where: { action: { in: ['signed', 'returned'] } }, from: '2026-02-12' }],
      [{ reason: '旧合同', where: { kind: 'lease' }, to: '2026-02-14' }],
    ),
  },
);

/** Lists of what is let off, by what a record of a type may be named in them. */
const NAMED_BY: Readonly<Record<string, readonly string[]>> = {
  'hotline.order-event': ['unitId', 'orderId'],
  'hotline.order': ['leadUnitId', 'orderId'],
  'assets.contract': ['contractId'],
  'assets.payment': ['projectId', 'contractId'],
  'assets.project': ['projectId'],
  'platform.finding': ['unitId'],
};
interface ListOfRule {
  listed: Draft;
  days: Draft;
  where: Draft;
  pick: number;
}
const lists: fc.Arbitrary<ListOfRule | null> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  {
    weight: 1,
    arbitrary: fc.record({
      listed: fc.constantFrom<Draft>(
        { validFrom: 'validFrom', validTo: 'validTo' },
        { validTo: 'validTo' },
        { validFrom: 'validFrom' },
        {},
      ),
      days: fc.constantFrom<Draft>({}, {}, { from: '2026-02-12' }, { to: '2026-02-20' }),
      where: fc.constantFrom<Draft>({ where: { list: 'permitted' } }, { where: { list: { not: 'permitted' } } }, {}),
      pick: fc.nat(3),
    }),
  },
);

type Inputs = Record<string, { type: string; link?: unknown }>;

/** The rule with a list that is linked to what it judges, where that can be named in one. */
function withList(rule: Draft, list: ListOfRule): Draft {
  const inputs = rule['inputs'] as Inputs; // as the drafts write it
  const to = typeof rule['subject'] === 'string' ? rule['subject'] : Object.keys(inputs).find((name) => !inputs[name]?.link);
  const fields = NAMED_BY[inputs[to ?? '']?.type ?? ''] ?? [];
  // Rules that are one query over everything take no list.
  const isQuery = isJudgedWhole({ kind: rule['kind'] as RuleKind }); // as the drafts write it
  if (isQuery || to === undefined || fields.length === 0) return rule;
  const on =
    fields.length > 1 && list.pick === 3
      ? fields.map((field) => ({ entry: field }))
      : [{ entry: fields[list.pick % fields.length] }];
  return {
    ...rule,
    inputs: { ...inputs, permitted: { type: 'directory.list-entry', ...list.where, link: { to, on } } },
    exceptions: [
      ...(rule['exceptions'] as Draft[]), // as withExceptions writes it
      { reason: '批准的名单', listed: { of: 'permitted', ...list.listed }, ...list.days },
    ],
  };
}

/** Sources to which a rule is limited. */
const sources: fc.Arbitrary<Draft> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Draft>({}) },
  { weight: 1, arbitrary: fc.constantFrom<Draft>({ sources: ['county'] }, { sources: ['import-a', 'elsewhere'] }) },
);

/** The compiler refuses an exception by fields that no input has. */
function concerns(kind: Draft, exception: Draft): boolean {
  const fields = Object.keys(exception['where'] ?? {});
  const inputs = Object.values(kind['inputs'] as Inputs); // as the drafts above write it
  return inputs.some(({ type }) => fields.every((field) => builtInCatalogue.get(type).fields[field]));
}

/** With exceptions, lists of what is let off, and a limit to sources, now and then. */
export const withExceptions = (rules: fc.Arbitrary<Draft>): fc.Arbitrary<Draft> =>
  fc.tuple(rules, exceptions, sources, lists).map(([kind, written, limit, list]) => {
    const rule = { ...kind, ...limit, exceptions: written.filter((exception) => concerns(kind, exception)) };
    return list === null ? rule : withList(rule, list);
  });
