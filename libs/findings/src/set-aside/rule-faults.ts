import { errorKind } from '@tianyan/kernel';
import { isTooMuchAtOnce, ranOutOfTime, clickHouseErrorName, type WarehouseReader } from '@tianyan/warehouse';
import type { EvaluationGroup } from '../ports.js';
import type { RunKindOf, RunNotes } from '../run-log/rule-runs.js';
import type { OwnTime } from './own-time.js';
import { RuleSetAsideError, type RulesSetAside, type RuleTrouble } from './rules-set-aside.js';

/** How an evaluation is made once more, by fewer rules. Throws what it fails by. */
export type Again = (group: EvaluationGroup) => Promise<void>;

/**
 * Finds which rules an evaluation fails by, and sets those aside. A rule is blamed only when it fails alone, twice with the group
 * counted, while the warehouse answers; and never all of several rules: what they all fail by is none of theirs.
 */
export class RuleFaults {
  constructor(
    private readonly parts: {
      warehouse: Pick<WarehouseReader, 'rows'>;
      setAside: Pick<RulesSetAside, 'begin'>;
      /** Told of each rule that is blamed; missing: nobody is. */
      notes?: Pick<RunNotes, 'failed'>;
      /** What rules may take of this process; missing: whatever they like. */
      ownTime?: OwnTime;
    },
  ) {}

  /**
   * Returns where no rule is to blame: then the error is what it was.
   * Running out of time is the rule's, too, where it alone does and the others of the group do not.
   * @param kindOf for what it was judged
   * @throws RuleSetAsideError
   */
  async blame(error: unknown, group: EvaluationGroup, again: Again, kindOf: RunKindOf): Promise<void> {
    const { epoch } = group;
    if (epoch === null || !group.only || troubleOf(error) === null) return;
    const faults = await this.faultsOf(group, again);
    const [first] = faults;
    if (!first || (faults.length > 1 && faults.length === group.rules.length)) return;
    // Answers it not even this, nothing is known of any rule; its failure goes up in the place of the other.
    await this.parts.warehouse.rows({ sql: 'SELECT 1 AS one', params: {} });
    await this.setAside(epoch, first, kindOf, `judging ${first.rule.id} fails by itself`);
  }

  private async setAside(epoch: number, { rule, trouble, detail }: Fault, kindOf: RunKindOf, why: string): Promise<never> {
    this.parts.notes?.failed(rule.id, kindOf(rule.id), detail);
    await this.parts.setAside.begin(rule, { epoch, trouble, detail });
    throw new RuleSetAsideError(`${why}: it is set aside`);
  }

  /**
   * Sets a rule aside of which both interpreters do not say the same: nobody can tell which of them is right.
   * @throws RuleSetAsideError
   */
  async differ(
    { epoch, rules }: EvaluationGroup,
    { ruleId, scopes, kindOf }: { ruleId: string; scopes: readonly string[]; kindOf: RunKindOf },
  ): Promise<never> {
    const rule = rules.find(({ id }) => id === ruleId);
    if (epoch === null || !rule) throw new TypeError(`${ruleId} belongs to no set that is judged`);
    const why = `process and SQL do not say the same of ${rule.id} in ${scopes.length} scopes, as ${scopes[0]}`;
    return this.setAside(epoch, { rule, trouble: 'differs', detail: INTERPRETERS_DIFFER }, kindOf, why);
  }

  /**
   * Sets a rule aside that says another thing of a cohort alone than of that cohort among all: what it is told would depend on what else is judged.
   * @throws RuleSetAsideError
   */
  async crosses(
    { epoch, rules: [rule] }: EvaluationGroup,
    { cohorts, kindOf }: { cohorts: readonly string[]; kindOf: RunKindOf },
  ): Promise<never> {
    if (epoch === null || !rule) throw new TypeError('the group belongs to no set that is judged');
    const why = `${rule.id} says another thing of ${cohorts.length} cohorts alone than among all, as of ${cohorts[0]}`;
    return this.setAside(epoch, { rule, trouble: 'crosses', detail: COHORTS_DIFFER }, kindOf, why);
  }

  /**
   * Sets a rule aside that takes too much of this process in live work. What several rules ask for counts for the first of them: where the
   * time goes there, it goes to the next when that is away.
   * @param ownMs by rule, milliseconds
   * @throws RuleSetAsideError
   */
  async spent(group: EvaluationGroup, ownMs: ReadonlyMap<string, number>, kindOf: RunKindOf): Promise<void> {
    const { ownTime } = this.parts;
    const { epoch, rules } = group;
    if (epoch === null || !ownTime) return;
    // Loads and sweeps come once, and may take their time.
    const [rule] = rules.filter(({ id }) => kindOf(id) === 'live' && ownTime.isSpent(id, ownMs.get(id) ?? 0));
    if (!rule) return;
    const why = `judging ${rule.id} takes more of this process than one rule may`;
    await this.setAside(epoch, { rule, trouble: 'busy', detail: OWN_TIME_EXCEEDED }, kindOf, why);
  }

  /** By halves: a group has dozens of rules, and a sweep of it takes minutes. */
  private async faultsOf(group: EvaluationGroup, again: Again): Promise<Fault[]> {
    const ids = group.rules.map(({ id }) => id);
    const middle = Math.ceil(ids.length / 2);
    const found: Fault[] = [];
    for (const half of [ids.slice(0, middle), ids.slice(middle)]) {
      const part = half.length === 0 ? null : (group.only?.(half) ?? null);
      if (part === null) continue;
      const failure = await failureOf(() => again(part));
      const trouble = failure === null ? null : troubleOf(failure.error);
      // Something else is the matter by now: nobody is to be blamed.
      if (failure !== null && trouble === null) throw failure.error;
      if (failure === null || trouble === null) continue;
      const [rule, ...others] = part.rules;
      if (rule && others.length === 0) found.push({ rule, trouble, detail: nameOf(failure.error) });
      else found.push(...(await this.faultsOf(part, again)));
    }
    return found;
  }
}

/** What stands in the place of an error's name. */
const INTERPRETERS_DIFFER = 'INTERPRETERS_DIFFER';
const COHORTS_DIFFER = 'COHORTS_DIFFER';
const OWN_TIME_EXCEEDED = 'OWN_TIME_EXCEEDED';

/** Names of ClickHouse: of what a query reads, and of what it answers. */
const TOO_MANY_ROWS: ReadonlySet<string> = new Set(['TOO_MANY_ROWS', 'TOO_MANY_ROWS_OR_BYTES']);

interface Fault {
  rule: EvaluationGroup['rules'][number];
  trouble: RuleTrouble;
  detail: string;
}

async function failureOf(work: () => Promise<void>): Promise<{ error: unknown } | null> {
  try {
    await work();
    return null;
  } catch (error) {
    return { error };
  }
}

/** What a rule may be to blame for; null: it passes, or is no rule's. */
function troubleOf(error: unknown): RuleTrouble | null {
  if (TOO_MANY_ROWS.has(clickHouseErrorName(error) ?? '')) return 'rows';
  if (isTooMuchAtOnce(error)) return 'memory';
  if (ranOutOfTime(error)) return 'time';
  return errorKind(error) === 'unknown' ? 'error' : null;
}

/** Never the words of the error: they may quote a record. */
function nameOf(error: unknown): string {
  return clickHouseErrorName(error) ?? (error instanceof Error ? error.name : 'unknown');
}
