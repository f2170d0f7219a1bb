import type { EvaluationGroup, FindingRule, RuleSet, RuleSets } from '@tianyan/findings';

/** Compiled choices of rules that are kept: those judged, those not swept yet, those of a sweep by hand. */
const MAX_KEPT_CHOICES = 16;

/**
 * The newest set of rules that this process has taken over, compiled. Groups that were handed out stay as they are, and say to
 * which epoch they belong: work in hand ends with them, or is refused when it wants to store its answer and begins anew.
 */
export class CurrentRules {
  /** Before anything was read: no rule, of an epoch in which nothing can be stored. */
  private set: RuleSet = { epoch: 0, rules: [] };
  private all: readonly FindingRule[] = [];
  private readonly choices = new Map<string, readonly EvaluationGroup[]>();

  constructor(
    private readonly parts: {
      sets: Pick<RuleSets, 'epoch' | 'newest'>;
      /** Called before anything is judged by a set; throws where a newer one counts already. */
      adopt: (epoch: number, ruleIds: readonly string[]) => Promise<void>;
      /** Throws InvalidRuleError. */
      compile: (set: RuleSet) => readonly EvaluationGroup[];
    },
  ) {}

  epoch(): number {
    return this.set.epoch;
  }

  /** All rules of the set, judged by now or not. */
  rules(): readonly FindingRule[] {
    return this.all;
  }

  ruleIds(): readonly string[] {
    return this.all.map(({ id }) => id);
  }

  /** The rules of these ids, as they are judged together; the same object for the same rules of one epoch. */
  groups(ids: ReadonlySet<string> = new Set(this.ruleIds())): readonly EvaluationGroup[] {
    const rules = this.set.rules.filter(({ rule }) => ids.has(rule.id));
    const key = rules.map(({ rule }) => rule.id).join(',');
    const known = this.choices.get(key);
    if (known) return known;
    if (this.choices.size >= MAX_KEPT_CHOICES) this.choices.clear();
    const groups = this.parts.compile({ epoch: this.set.epoch, rules });
    this.choices.set(key, groups);
    return groups;
  }

  /**
   * Takes over the newest set; returns whether there was another. Throws RefusedError where it cannot be read, and as `adopt`;
   * then this process stays with the set it had, and can store nothing by it.
   */
  async refresh(): Promise<boolean> {
    const { sets, adopt, compile } = this.parts;
    if ((await sets.epoch()) === this.set.epoch) return false;
    const set = await sets.newest();
    const groups = compile(set);
    await adopt(
      set.epoch,
      set.rules.map(({ rule }) => rule.id),
    );
    this.set = set;
    this.all = groups.flatMap((group) => group.rules);
    this.choices.clear();
    this.choices.set(set.rules.map(({ rule }) => rule.id).join(','), groups);
    return true;
  }
}
