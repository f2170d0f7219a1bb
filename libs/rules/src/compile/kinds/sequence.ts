import type { Sequence } from '../../language/kinds/sequence.js';
import { evidenceOf, latestBefore, NO_EVIDENCE, NO_INSTANTS } from '../arrays.js';
import { KIND_STAGE, type KindSql, type RuleContext } from '../rule-context.js';

/**
 * See `sequenceSchema` for the meaning. Step by step: a record can be step k iff it is of its input and the *latest* record
 * that can be step k − 1 before it keeps both conditions: taken later, less can stand between and less time passes. So each
 * step is one pass over the timeline, and the records that can be the last step are exactly those of all matches.
 */
export function sequenceSql(sequence: Sequence, rule: RuleContext): KindSql {
  const steps = sequence.steps.map((step) => rule.maker(step.of));
  const aligned = (bits: readonly number[], value: string) => {
    const mask = rule.maskLambda(bits);
    return `arrayMap((x, ${mask.args}) -> if(${mask.test}, x, 0), ${value}, ${mask.arrays})`;
  };
  let reachable = rule.add(KIND_STAGE, 's0', aligned([steps[0] ?? 0], 'ix'));
  const previous: string[] = [];
  for (const [k, step] of sequence.steps.entries()) {
    if (k === 0) continue;
    const stage = KIND_STAGE + 2 * k;
    const before = rule.add(stage - 1, `p${k}`, latestBefore(reachable));
    previous.push(before);
    const beforeAt = rule.add(stage - 1, `pa${k}`, latestBefore(`arrayMap((r, a) -> if(r > 0, a, 0), ${reachable}, at)`));
    const barrier = step.notBetween
      ? rule.add(
          stage - 1,
          `x${k}`,
          latestBefore(
            aligned(
              step.notBetween.map((name) => rule.plain(name)),
              'ix',
            ),
          ),
        )
      : null;
    const mask = rule.maskLambda([steps[k] ?? 0]);
    const tests = [
      `(${mask.test})`,
      'p > 0',
      ...(barrier ? ['x <= p'] : []),
      ...(step.within ? [`a - pa < ${rule.spanMs(step.within)}`] : []),
    ];
    const lambda = `(i, a, p, pa, ${barrier ? 'x, ' : ''}${mask.args}) -> if(${tests.join(' AND ')}, i, 0)`;
    reachable = rule.add(
      stage,
      `s${k}`,
      `arrayMap(${lambda}, ix, at, ${before}, ${beforeAt}, ${barrier ? `${barrier}, ` : ''}${mask.arrays})`,
    );
  }
  const last = sequence.steps.length - 1;
  let stage = KIND_STAGE + 2 * last + 1;
  // Walk back from the earliest last record along the records that came latest before it.
  const chosen: string[] = [];
  chosen[last] = rule.add(stage, `e${last}`, `arrayFirst(x -> x > 0, ${reachable})`);
  for (let k = last; k > 0; k--) chosen[k - 1] = rule.add(++stage, `e${k - 1}`, `${previous[k - 1]}[${chosen[k]}]`);
  const evidence = sequence.steps.map((step, k) => evidenceOf(`[${chosen[k]}]`, rule.role(step.of)));
  return {
    hit: `${chosen[last]} > 0`,
    occurredAt: `at[${chosen[last]}]`,
    deadlines: NO_INSTANTS,
    evidence: `arrayConcat(${[NO_EVIDENCE, ...evidence].join(', ')})`,
    figures: { count: `arrayCount(x -> x > 0, ${reachable})`, firstAtMs: `at[${chosen[0]}]`, lastAtMs: `at[${chosen[last]}]` },
  };
}
