import type { Absence, BackwardClause, Expected, ForwardClause } from '../../language/kinds/absence.js';
import { earliestAfter, evidenceOf, latestBefore, NO_EVIDENCE } from '../arrays.js';
import { NEVER_MS } from '../calendar.js';
import { deadlineColumns, missedAfter, type DeadlineColumns } from '../deadline.js';
import { KIND_STAGE, NOW, type KindSql, type RuleContext } from '../rule-context.js';
import type { Bit } from '../timeline.js';

interface ClauseSql {
  /** Array of tuples (M, clause, position, at, D, position and at of the late record, limit), one per violated start. */
  violated: string;
  /** Array(Int64) of M of the pending starts. */
  pending: string;
  /** Evidence besides the violated starts. */
  evidence: string[];
  stage: number;
}

interface StartColumns {
  position: string;
  at: string;
  /** Reduces an array over the existing records to the starts. */
  of(stage: number, name: string, aligned: string): string;
  values: (field: string) => string;
}

function startsOf(clause: ForwardClause | BackwardClause, index: number, rule: RuleContext): StartColumns {
  const bit = rule.maker(clause.of);
  const cut = (array: string) =>
    clause.which === 'each' ? array : `arraySlice(${array}, ${clause.which === 'first' ? 1 : -1}, 1)`;
  const mask = rule.maskLambda([bit]);
  return {
    position: rule.add(KIND_STAGE, `sp${index}`, cut(rule.positions(bit))),
    at: rule.add(KIND_STAGE, `sa${index}`, cut(rule.instants(bit))),
    of: (stage, name, aligned) =>
      rule.add(stage, `${name}${index}`, cut(`arrayFilter((x, ${mask.args}) -> ${mask.test}, ${aligned}, ${mask.arrays})`)),
    values: (field) => rule.add(KIND_STAGE, `sv${index}_${field}`, cut(rule.values(bit, clause.of, field))),
  };
}

function normalised(expected: Expected): { of: string; from: 'start' | 'anytime' } {
  return typeof expected === 'string' ? { of: expected, from: 'start' } : expected;
}

/** Position and at of the first record of the given inputs after each start, or of the first in the scope: 0 if there is none. */
function firstOf(
  inputs: readonly { of: string; from: 'start' | 'anytime' }[],
  name: string,
  index: number,
  starts: StartColumns,
  rule: RuleContext,
) {
  const after = inputs.filter((i) => i.from === 'start').map((i) => rule.plain(i.of));
  const anytime = inputs.filter((i) => i.from === 'anytime').map((i) => rule.plain(i.of));
  const columns: { position: string; at: string }[] = [];
  if (after.length > 0) {
    const mask = rule.maskLambda(after);
    const aligned = (array: string) =>
      earliestAfter(`arrayMap((x, ${mask.args}) -> if(${mask.test}, x, 0), ${array}, ${mask.arrays})`);
    columns.push({
      position: starts.of(KIND_STAGE, `${name}p`, aligned('ix')),
      at: starts.of(KIND_STAGE, `${name}a`, aligned('at')),
    });
  }
  for (const bit of anytime) {
    const first = (array: string) => `arrayMap(s -> toInt64(${array}[1]), ${starts.at})`;
    columns.push({
      position: rule.add(KIND_STAGE, `${name}${index}p${bit}`, first(rule.positions(bit))),
      at: rule.add(KIND_STAGE, `${name}${index}a${bit}`, first(rule.instants(bit))),
    });
  }
  return columns;
}

/** The smallest of several numbers that is not 0; 0 if all are. */
function smallest(names: readonly string[]): string {
  const [only] = names;
  if (names.length === 1 && only !== undefined) return only;
  return `arrayMin(arrayFilter(x -> x > 0, [${names.join(', ')}]))`;
}

/** D with pauses and extensions folded in, in order; see `pausesSchema`. */
function foldedDue(
  clause: ForwardClause,
  index: number,
  starts: StartColumns,
  deadline: DeadlineColumns,
  rule: RuleContext,
): { due: string; stage: number } {
  const { pauses, extensions } = clause;
  if (!pauses && !extensions) return { due: deadline.plainDue, stage: deadline.stage };
  const flag = (bits: readonly Bit[]) => (bits.length === 0 ? '0' : `toUInt8(${rule.timeline.maskTest(bits, (w) => `w${w}`)})`);
  const pauseBits = pauses ? [rule.plain(pauses.of)] : [];
  const resumeBits = pauses ? [rule.plain(pauses.until)] : [];
  const extensionBits = extensions ? [rule.plain(extensions.of)] : [];
  const all = [...pauseBits, ...resumeBits, ...extensionBits];
  const mask = rule.maskLambda(all);
  const to = extensions ? rule.aligned(extensions.of, extensions.to) : null;
  const extendedTo = to ? `if(${flag(extensionBits)}, toInt64(ifNull(t, 0)), toInt64(0))` : 'toInt64(0)';
  // What a pause is measured by is looked up once per record here: inside the fold it would be analysed again and again.
  const row = `(toInt64(i), toInt64(a), ${flag(pauseBits)}, ${flag(resumeBits)}, ${extendedTo})`;
  const rows = `arrayMap((i, a, ${to ? 't, ' : ''}${mask.args}) -> ${row}, ix, at, ${to ? `${to}, ` : ''}${mask.arrays})`;
  const moving = rule.add(
    KIND_STAGE,
    `moving${index}`,
    `arrayFilter((e, ${mask.args}) -> ${mask.test}, ${rows}, ${mask.arrays})`,
  );
  const events = rule.add(
    KIND_STAGE + 1,
    `events${index}`,
    `arrayMap(e -> (e.1, e.2, e.3, e.4, e.5, ${deadline.mark('e.2')}), ${moving})`,
  );
  // State: sum of pauses, latest extension, whether a pause runs, mark of its beginning, D.
  const closes = 's.3 = 1 AND e.4 = 1';
  const inTime = clause.deadline.boundary === 'strict' ? 'e.2 < s.5' : 'e.2 <= s.5';
  const opens = `s.3 = 0 AND e.3 = 1 AND ${inTime}`;
  const sum = `if(${closes}, s.1 + e.6 - s.4, s.1)`;
  const extended = `if(e.5 > s.2 AND (s.3 = 1 OR ${inTime}), e.5, s.2)`;
  const state = 'Tuple(Int64, Int64, Int64, Int64, Int64)';
  const moved = `(${sum}, ${extended}, multiIf(${closes}, 0, ${opens}, 1, s.3), if(${opens}, e.6, s.4))`;
  // The inner array map gives the new sums a name, so that D is counted from them without writing them out again.
  const step = `arrayMap(z -> CAST((z.1, z.2, z.3, z.4, greatest(${deadline.unchecked('z.1')}, z.2)), '${state}'), [${moved}])[1]`;
  const fold = `arrayFold((s, e) -> ${step}, arrayFilter(e -> e.1 > p, ${events}), CAST((0, 0, 0, 0, d0), '${state}'))`;
  const args = ['p', 'd0', ...deadline.args.filter((arg) => arg !== 'd0')];
  const arrays = [starts.position, deadline.plainDue, ...deadline.arrays.filter((array) => array !== deadline.plainDue)];
  const states = rule.add(deadline.stage, `fold${index}`, `arrayMap((${args.join(', ')}) -> ${fold}, ${arrays.join(', ')})`);
  const final = `if(s.3 = 1, ${NEVER_MS}, greatest(${deadline.counted('s.1')}, s.2))`;
  const folded = rule.add(
    deadline.stage + 1,
    `due${index}`,
    `arrayMap((s, ${args.join(', ')}) -> ${final}, ${[states, ...arrays].join(', ')})`,
  );
  return { due: folded, stage: deadline.stage + 2 };
}

function forwardSql(clause: ForwardClause, index: number, rule: RuleContext): ClauseSql {
  const starts = startsOf(clause, index, rule);
  const deadline = deadlineColumns(
    clause.deadline,
    { input: clause.of, suffix: `c${index}`, at: starts.at, values: starts.values },
    rule,
    KIND_STAGE + 1,
  );
  const expected = clause.expect.map(normalised);
  const fulfilling = firstOf([...expected, ...clause.unless.map(normalised)], 'any', index, starts, rule);
  const late = firstOf(expected, 'late', index, starts, rule);
  const { due, stage } = foldedDue(clause, index, starts, deadline, rule);
  const names = (prefix: string, count: number) => Array.from({ length: count }, (_v, i) => `${prefix}${i}`);
  const inTime = names('f', fulfilling.length);
  const missedAfterMs = missedAfter(clause.deadline);
  const open = rule.add(
    stage,
    `open${index}`,
    `arrayMap((d, ${inTime.join(', ')}) -> d < ${NEVER_MS} AND NOT (${inTime.map((f) => `(${f} > 0 AND ${f} < d + ${missedAfterMs})`).join(' OR ')}), ${due}, ${fulfilling.map((c) => c.at).join(', ')})`,
  );
  const latePositions = names('lp', late.length);
  const lateAts = names('la', late.length);
  const lateArrays = [...late.map((c) => c.position), ...late.map((c) => c.at)];
  const row = `(d + ${missedAfterMs}, toUInt8(${index}), toInt64(p), a, d, toInt64(${smallest(latePositions)}), toInt64(${smallest(lateAts)}), l)`;
  const rows = `arrayMap((d, p, a, l, ${[...latePositions, ...lateAts].join(', ')}) -> ${row}, ${due}, ${starts.position}, ${starts.at}, ${deadline.limit}, ${lateArrays.join(', ')})`;
  const judged = rule.add(stage + 1, `judged${index}`, `arrayFilter((r, o) -> o, ${rows}, ${open})`);
  const condition = clause.lateOnly ? 'r.7 > 0' : `r.1 <= ${NOW}`;
  const violated = rule.add(stage + 2, `violated${index}`, `arrayFilter(r -> ${condition}, ${judged})`);
  const pending = clause.lateOnly
    ? `arrayResize(CAST([], 'Array(Int64)'), 0)`
    : `arrayMap(r -> r.1, arrayFilter(r -> r.1 > ${NOW}, ${judged}))`;
  return { violated, pending, evidence: forwardEvidence(clause, expected, violated, rule), stage: stage + 3 };
}

function forwardEvidence(
  clause: ForwardClause,
  expected: readonly { of: string }[],
  violated: string,
  rule: RuleContext,
): string[] {
  const latePositions = `arrayFilter(p -> p > 0, ${violated}.6)`;
  // With several expected inputs the late record is named after the first of them that has it.
  const late = expected.map(({ of }) =>
    evidenceOf(`arrayIntersect(arrayMap(p -> toUInt32(p), ${latePositions}), ${rule.positions(rule.plain(of))})`, rule.role(of)),
  );
  const moving = [clause.pauses?.of, clause.pauses?.until, clause.extensions?.of].filter((name) => name !== undefined);
  const moved = moving.map((name) =>
    evidenceOf(`arrayFilter(p -> p > arrayMin(${violated}.3), ${rule.positions(rule.plain(name))})`, rule.role(name)),
  );
  return [...late, ...moved].map((sql) => `if(empty(${violated}), ${NO_EVIDENCE}, ${sql})`);
}

function backwardSql(clause: BackwardClause, index: number, rule: RuleContext): ClauseSql {
  const starts = startsOf(clause, index, rule);
  const mask = rule.maskLambda(clause.expect.map((name) => rule.plain(name)));
  const before = starts.of(
    KIND_STAGE,
    'before',
    latestBefore(`arrayMap((x, ${mask.args}) -> if(${mask.test}, x, 0), at, ${mask.arrays})`),
  );
  const missing = clause.within ? `(b = 0 OR a - b >= ${rule.spanMs(clause.within)})` : 'b = 0';
  const row = `(a, toUInt8(${index}), toInt64(p), a, toInt64(0), toInt64(0), toInt64(0), toInt64(0))`;
  const rows = `arrayMap((p, a) -> ${row}, ${starts.position}, ${starts.at})`;
  const violated = rule.add(
    KIND_STAGE + 1,
    `violated${index}`,
    `arrayFilter((r, a, b) -> ${missing}, ${rows}, ${starts.at}, ${before})`,
  );
  return { violated, pending: "CAST([], 'Array(Int64)')", evidence: [], stage: KIND_STAGE + 2 };
}

/** See `absenceSchema` for the meaning. */
export function absenceSql(absence: Absence, rule: RuleContext): KindSql {
  const clauses = absence.any.map((clause, index) =>
    clause.look === 'backward' ? backwardSql(clause, index, rule) : forwardSql(clause, index, rule),
  );
  const stage = Math.max(...clauses.map((clause) => clause.stage));
  const violated = rule.add(stage, 'violated', `arraySort(arrayConcat(${clauses.map((c) => c.violated).join(', ')}))`);
  const first = (element: number) => `tupleElement(${violated}[1], ${element})`;
  const starts = absence.any.map((clause, index) => evidenceOf(`${clauses[index]?.violated}.3`, rule.role(clause.of)));
  const pending = clauses.map((c) => c.pending);
  return {
    hit: `notEmpty(${violated})`,
    occurredAt: first(1),
    deadlines: pending.length === 1 ? (pending[0] ?? '') : `arrayConcat(${pending.join(', ')})`,
    evidence: `arrayConcat(${[NO_EVIDENCE, ...starts, ...clauses.flatMap((c) => c.evidence)].join(', ')})`,
    figures: {
      count: `length(${violated})`,
      startMs: first(4),
      deadlineMs: first(5),
      limit: first(8),
      doneAtMs: first(7),
      lateDays: `if(${first(7)} > 0, greatest(intDiv(${first(7)} - ${first(5)} + 86399999, 86400000), 1), 0)`,
    },
  };
}
