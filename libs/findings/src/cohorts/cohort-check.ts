import type { EpochMs } from '@tianyan/kernel';
import { answerKey, type Cohorts, type Evaluation } from '@tianyan/rules';
import type { Evaluator, Everything } from '../evaluator.js';
import type { EvaluationGroup } from '../ports.js';
import { isSameAnswer } from '../publication-check.js';
import type { RunKindOf } from '../run-log/rule-runs.js';
import type { RuleFaults } from '../set-aside/rule-faults.js';
import { byAnswerKey, comparedOf, type SweepAnswer, type SweepAnswers } from '../sweep-answers.js';
import type { CohortReader } from './cohort-reader.js';

/**
 * Cohorts that are judged alone, each by a query of its own: some of what differs from what is stored, and as many from all over the county. Each takes as long as
 * the database needs to read the rows of one, and a sweep of the rule waits for all of them.
 */
const MAX_COMPARED_COHORTS = 10;

type Answers = ReadonlyMap<string, SweepAnswer>;

interface How {
  nowMs: EpochMs;
  kindOf: RunKindOf;
  signal: AbortSignal;
}

/**
 * Whether a rule says the same of a cohort judged alone as of that cohort among all: its query may read the records of others, and no reading of its text
 * tells whether it does. Asked whenever everything has been judged, before any of it is stored.
 */
export class CohortCheck {
  constructor(
    private readonly parts: {
      evaluator: Pick<Evaluator, 'everything'>;
      cohortReader: Pick<CohortReader, 'sampled'>;
      faults: Pick<RuleFaults, 'crosses'>;
    },
  ) {}

  /**
   * @param answers to everything
   * @throws RuleSetAsideError where the rule is set aside by it
   */
  async assertAgree(group: EvaluationGroup, answers: Pick<SweepAnswers, 'candidates' | 'everything'>, how: How): Promise<void> {
    const { cohorts } = group;
    if (group.epoch === null || !cohorts) return;
    const said = await answers.everything();
    const compared = await this.compared(cohorts, answers, said);
    const of = (all: Iterable<SweepAnswer>) => byCohort(all, compared, (scope) => cohorts.of(scope));
    const whole = of(said);
    const differing = new Map<string, Answers>();
    for (const cohort of compared) {
      const alone = byAnswerKey(await this.judged(group, how, { cohorts: [cohort] }));
      if (!isSame(whole.get(cohort), alone)) differing.set(cohort, alone);
    }
    if (differing.size === 0) return;
    // A record may have landed between, or rows that are equal in what the query orders by were read in another order: a difference counts
    // where one thread says of both what was said before.
    const stable: string[] = [];
    for (const [cohort, alone] of differing) {
      const again = byAnswerKey(await this.judged(group, how, { cohorts: [cohort], isStable: true }));
      if (isSame(alone, again)) stable.push(cohort);
    }
    if (stable.length === 0) return;
    const again = of(await this.judged(group, how, { isStable: true }));
    const standing = stable.filter((cohort) => isSame(whole.get(cohort), again.get(cohort)));
    if (standing.length > 0) await this.parts.faults.crosses(group, { cohorts: standing, kindOf: how.kindOf });
  }

  /** @param said of everything: where the sample would take more than a judgement may, it is of what has answers */
  private async compared(
    cohorts: Cohorts,
    answers: Pick<SweepAnswers, 'candidates'>,
    said: readonly SweepAnswer[],
  ): Promise<ReadonlySet<string>> {
    const compared = new Set<string>();
    for await (const scopes of answers.candidates()) {
      for (const scope of scopes) if (compared.size < MAX_COMPARED_COHORTS) compared.add(cohorts.of(scope));
      if (compared.size >= MAX_COMPARED_COHORTS) break;
    }
    const sampled = await this.parts.cohortReader.sampled(cohorts, MAX_COMPARED_COHORTS);
    const answered = () => [...new Set(said.map(({ scope }) => cohorts.of(scope)))].slice(0, MAX_COMPARED_COHORTS);
    for (const cohort of sampled ?? answered()) compared.add(cohort);
    return compared;
  }

  private async judged(
    group: EvaluationGroup,
    { nowMs, kindOf, signal }: How,
    of: Pick<Everything, 'cohorts' | 'isStable'>,
  ): Promise<SweepAnswer[]> {
    const found: Evaluation[] = [];
    const how = { kindOf, ...of, isCheck: true };
    for await (const piece of this.parts.evaluator.everything(group, nowMs, signal, how)) found.push(...piece);
    return comparedOf(group, found);
  }
}

function byCohort(
  answers: Iterable<SweepAnswer>,
  compared: ReadonlySet<string>,
  cohortOf: (scope: string) => string,
): ReadonlyMap<string, Answers> {
  const found = new Map<string, Map<string, SweepAnswer>>();
  for (const answer of answers) {
    const cohort = cohortOf(answer.scope);
    if (!compared.has(cohort)) continue;
    const of = found.get(cohort) ?? new Map<string, SweepAnswer>();
    of.set(answerKey(answer.ruleId, answer.scope), answer);
    found.set(cohort, of);
  }
  return found;
}

function isSame(a: Answers = new Map(), b: Answers = new Map()): boolean {
  return a.size === b.size && [...a].every(([key, answer]) => isSameAnswer(answer, b.get(key)));
}
