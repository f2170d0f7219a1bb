import type { Count, CountClause } from '../../language/kinds/count.js';
import { carriedBackward, evidenceOf, NO_EVIDENCE, NO_INSTANTS } from '../arrays.js';
import { KIND_STAGE, type KindSql, type RuleContext } from '../rule-context.js';

interface ClauseArrays {
  at: string;
  positions: string;
  values: string | null;
  threshold: string;
}

/** One element per record of the input: the measure over it and those before it reaches the threshold. */
function reachedWhole(clause: CountClause, { at, values, threshold }: ClauseArrays): string {
  if (clause.measure === 'records') return `arrayMap(i -> i >= ${threshold}, arrayEnumerate(${at}))`;
  if (clause.measure === 'sum') return `arrayMap(s -> s >= ${threshold}, arrayCumSum(arrayMap(v -> ifNull(v, 0), ${values})))`;
  const firsts = `arrayMap((v, k) -> v IS NOT NULL AND k = 1, ${values}, arrayEnumerateUniq(${values}))`;
  return `arrayMap(s -> s >= ${threshold}, arrayCumSum(${firsts}))`;
}

/**
 * The same over the records less than the span before it. Records: compare with the record `threshold − 1` places earlier, in
 * linear time. Distinct values and sums look back from each record, quadratic in the records of one input in one scope.
 */
function reachedWithin(
  clause: CountClause,
  { at, values, threshold }: ClauseArrays,
  thresholdValue: number,
  spanMs: string,
): string {
  if (clause.measure === 'records') {
    const back = thresholdValue - 1;
    const earlier = `arrayConcat(arrayResize(CAST([], 'Array(Int64)'), least(${back}, length(${at}))), arraySlice(${at}, 1, greatest(toInt64(length(${at})) - ${back}, 0)))`;
    return `arrayMap((a, b, i) -> i >= ${threshold} AND a - b < ${spanMs}, ${at}, ${earlier}, arrayEnumerate(${at}))`;
  }
  const inside = `arrayFilter((v, a, i) -> i <= j AND aj - a < ${spanMs} AND v IS NOT NULL, ${values}, ${at}, arrayEnumerate(${at}))`;
  const measure =
    clause.measure === 'distinct' ? `length(arrayDistinct(${inside}))` : `arraySum(arrayMap(v -> ifNull(v, 0), ${inside}))`;
  return `arrayMap((aj, j) -> ${measure} >= ${threshold}, ${at}, arrayEnumerate(${at}))`;
}

interface ClauseSql {
  hit: string;
  reachedAt: string;
  evidence: string;
  figures: { count: string; distinct: string; sum: string; threshold: string; firstAtMs: string; lastAtMs: string };
}

function clauseSql(clause: CountClause, index: number, rule: RuleContext): ClauseSql {
  const bit = rule.maker(clause.of);
  const arrays: ClauseArrays = {
    at: rule.instants(bit),
    positions: rule.positions(bit),
    values: clause.field === undefined ? null : rule.values(bit, clause.of, clause.field),
    threshold: rule.amount(clause.atLeast),
  };
  const { at, positions, values } = arrays;
  const spanMs = clause.within && rule.spanMs(clause.within);
  const flags = spanMs ? reachedWithin(clause, arrays, rule.amountValue(clause.atLeast), spanMs) : reachedWhole(clause, arrays);
  const reached = rule.add(KIND_STAGE, `reached${index}`, flags);
  const first = rule.add(KIND_STAGE + 1, `first${index}`, `indexOf(${reached}, 1)`);
  const covered = spanMs
    ? `arrayMap((r, a) -> r > 0 AND r - a < ${spanMs}, ${carriedBackward(`arrayMap((f, a) -> if(f, a, 0), ${reached}, ${at})`)}, ${at})`
    : `arrayMap(a -> toUInt8(${first} > 0), ${at})`;
  const proof = rule.add(KIND_STAGE + 2, `proof${index}`, covered);
  const proven = (array: string) => `arrayFilter((x, f) -> f, ${array}, ${proof})`;
  return {
    hit: `${first} > 0`,
    reachedAt: `${at}[${first}]`,
    evidence: evidenceOf(proven(positions), rule.role(clause.of)),
    figures: {
      count: `length(${proven(positions)})`,
      distinct: clause.measure === 'distinct' ? `length(arrayDistinct(${proven(values ?? at)}))` : '0',
      sum: clause.measure === 'sum' ? `arraySum(arrayMap(v -> ifNull(v, 0), ${proven(values ?? at)}))` : '0',
      threshold: arrays.threshold,
      firstAtMs: `${proven(at)}[1]`,
      lastAtMs: `${proven(at)}[-1]`,
    },
  };
}

/** See `countSchema` for the meaning. */
export function countSql(count: Count, rule: RuleContext): KindSql {
  const clauses = count.any.map((clause, index) => clauseSql(clause, index, rule));
  const ofFirstReached = (figure: keyof ClauseSql['figures']) =>
    `multiIf(${clauses.map((c) => `${c.hit}, toInt64(${c.figures[figure]})`).join(', ')}, 0)`;
  return {
    hit: `(${clauses.map((c) => c.hit).join(' OR ')})`,
    occurredAt: `arrayMin(arrayFilter(a -> a > 0, [${clauses.map((c) => `if(${c.hit}, ${c.reachedAt}, 0)`).join(', ')}]))`,
    deadlines: NO_INSTANTS,
    evidence: `arrayConcat(${[NO_EVIDENCE, ...clauses.map((c) => c.evidence)].join(', ')})`,
    figures: {
      count: ofFirstReached('count'),
      distinct: ofFirstReached('distinct'),
      sum: ofFirstReached('sum'),
      threshold: ofFirstReached('threshold'),
      firstAtMs: ofFirstReached('firstAtMs'),
      lastAtMs: ofFirstReached('lastAtMs'),
    },
  };
}
