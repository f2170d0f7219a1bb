import type { EpochMs } from '@tianyan/kernel';
import { answerKey } from '@tianyan/rules';
import type { Evaluator } from './evaluator.js';
import type { EvaluationGroup } from './ports.js';
import type { RunKindOf } from './run-log/rule-runs.js';
import type { RuleFaults } from './set-aside/rule-faults.js';
import { byAnswerKey, comparedOf, type SweepAnswer, type SweepAnswers } from './sweep-answers.js';

/**
 * Scopes of a group that are compared whether a rule says anything of them or not: what SQL passes over and the process would find shows
 * in no answer. The process judges a thousand in about a tenth of a second, so that they cost a sweep next to nothing.
 */
const MAX_SAMPLED_SCOPES = 2_000;

/**
 * Of a group, scopes that are about to be stored without a hit: deadlines still to come. A first start stores some hundred thousand of them, and
 * whoever waits for the first findings should not wait for all of these to be judged twice. Every hit is compared, however many.
 */
const MAX_COMPARED_WITHOUT_HIT = 20_000;

/** Whatever is read twice may have changed between; what changes this often is left to the sweeps of every night. */
const MAX_ROUNDS = 4;

/**
 * Compares the two interpreters over the county's records before the first answer of a new or changed rule is stored. Random rules and
 * histories hold them together before a version is shipped; this is about the rule that somebody wrote here, and the records there are.
 */
export class PublicationCheck {
  constructor(
    private readonly parts: {
      evaluator: Pick<Evaluator, 'inProcessAlone' | 'scopesBySql' | 'sampledScopes'>;
      faults: Pick<RuleFaults, 'differ'>;
    },
  ) {}

  /**
   * Of the sample alone, before live work judges by the rule at all: what it opened until the first sweep is compared would stay open.
   * @throws RuleSetAsideError where a rule is set aside by it
   */
  async assertSampleAgrees(group: EvaluationGroup, how: { nowMs: EpochMs; kindOf: RunKindOf }): Promise<void> {
    if (group.epoch === null || !group.inProcess) return;
    const { evaluator } = this.parts;
    const scopes = await evaluator.sampledScopes(group, MAX_SAMPLED_SCOPES);
    if (scopes.length === 0) return;
    const said = byAnswerKey(comparedOf(group, await evaluator.scopesBySql(group, how.nowMs, scopes, how.kindOf)));
    await this.compare(group, scopes, said, how);
  }

  /**
   * Of all hits that are about to be stored, and a sample of the other scopes. Nothing is compared where the database alone can judge.
   * @throws RuleSetAsideError where a rule is set aside by it
   */
  async assertAgree(
    group: EvaluationGroup,
    answers: Pick<SweepAnswers, 'candidates' | 'of'>,
    how: { nowMs: EpochMs; kindOf: RunKindOf; signal: AbortSignal },
  ): Promise<void> {
    if (group.epoch === null || !group.inProcess) return;
    const sampled = await this.parts.evaluator.sampledScopes(group, MAX_SAMPLED_SCOPES);
    if (sampled.length > 0) await this.compare(group, sampled, await answers.of(sampled), how);
    let withoutHit = 0;
    for await (const scopes of answers.candidates()) {
      how.signal.throwIfAborted();
      const said = await answers.of(scopes);
      const hits = new Set([...said.values()].filter(({ hit }) => hit).map(({ scope }) => scope));
      const compared = scopes.filter((scope) => hits.has(scope) || withoutHit++ < MAX_COMPARED_WITHOUT_HIT);
      await this.compare(group, compared, said, how);
    }
  }

  /** A difference counts where SQL says the same before and after: then no record has come that only one of them has seen. */
  private async compare(
    group: EvaluationGroup,
    scopes: readonly string[],
    saidBySql: ReadonlyMap<string, SweepAnswer>,
    { nowMs, kindOf }: { nowMs: EpochMs; kindOf: RunKindOf },
  ): Promise<void> {
    const { evaluator, faults } = this.parts;
    let open = scopes;
    let before = saidBySql;
    for (let round = 1; round <= MAX_ROUNDS && open.length > 0; round++) {
      const here = await evaluator.inProcessAlone(group, nowMs, open, kindOf);
      const differing = differencesOf(group, new Set(here.scopes), before, byAnswerKey(comparedOf(group, here.evaluations)));
      if (differing.length === 0) return;
      open = [...new Set(differing.map(({ scope }) => scope))];
      const after = byAnswerKey(comparedOf(group, await evaluator.scopesBySql(group, nowMs, open, kindOf)));
      const standing = differing.filter(({ ruleId, scope }) =>
        isSameAnswer(before.get(answerKey(ruleId, scope)), after.get(answerKey(ruleId, scope))),
      );
      const [first] = standing;
      if (first) {
        const of = standing.filter(({ ruleId }) => ruleId === first.ruleId);
        await faults.differ(group, { ruleId: first.ruleId, scopes: of.map(({ scope }) => scope), kindOf });
      }
      before = after;
    }
  }
}

type Place = Pick<SweepAnswer, 'ruleId' | 'scope'>;

function differencesOf(
  group: EvaluationGroup,
  compared: ReadonlySet<string>,
  bySql: ReadonlyMap<string, SweepAnswer>,
  here: ReadonlyMap<string, SweepAnswer>,
): Place[] {
  const asked = new Set(group.rules.map(({ id }) => id));
  const all = new Map([...bySql, ...here]);
  return [...all].flatMap(([key, { ruleId, scope }]) =>
    compared.has(scope) && asked.has(ruleId) && !isSameAnswer(bySql.get(key), here.get(key)) ? [{ ruleId, scope }] : [],
  );
}

/** As far as it is compared. */
export function isSameAnswer(a: SweepAnswer | undefined, b: SweepAnswer | undefined): boolean {
  return a?.hit === b?.hit && a?.dueAtMs === b?.dueAtMs && a?.digest === b?.digest;
}
