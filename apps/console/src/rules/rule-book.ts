import type { Catalogue } from '@tianyan/contracts';
import {
  asSet,
  type FitsRecords,
  type ParameterSettings,
  type RetiredRule,
  type RuleSets,
  type RuleVersion,
} from '@tianyan/findings';
import { checkRule, type Misfit } from '@tianyan/rules';
import { describeRule, type RuleDescription } from './rule-description.js';

/** A rule that stands, with where its text comes from. */
export interface PublishedRule extends RuleDescription {
  published: RuleVersion;
  /** What the county has set for its parameters that its text does not take. */
  misfits: readonly Misfit[];
}

/** A rule that was taken away, as it was last, with who did it and why. */
export interface DescribedRetiredRule extends RuleDescription {
  retired: Pick<RetiredRule, 'actor' | 'reason' | 'retiredAtMs'>;
}

/** Rules of one epoch. */
interface Edition {
  epoch: number;
  rules: readonly PublishedRule[];
  byId: ReadonlyMap<string, PublishedRule>;
  /** By id. Texts that this program no longer understands are left out. */
  retired: ReadonlyMap<string, DescribedRetiredRule>;
  /** What is judged in shadow, by id; likewise. */
  shadows: ReadonlyMap<string, RuleDescription>;
}

/** Texts of findings that are kept described: those of one page of findings and more. */
const MAX_KEPT_VERSIONS = 500;

/** The published rules, and the texts of before, as the console shows them. */
export class RuleBook {
  private edition: Edition | null = null;
  private readonly versions = new Map<string, RuleDescription>();

  constructor(
    private readonly sets: RuleSets,
    private readonly catalogue: Catalogue,
    private readonly parameters: ParameterSettings,
  ) {}

  /** As the correlators look at it. */
  readonly fits: FitsRecords = (rule) => checkRule(rule, this.catalogue).length === 0;

  async list(): Promise<readonly PublishedRule[]> {
    return (await this.current()).rules;
  }

  async find(id: string): Promise<PublishedRule | null> {
    return (await this.current()).byId.get(id) ?? null;
  }

  /** Rules that were taken away. */
  async retired(): Promise<readonly DescribedRetiredRule[]> {
    return [...(await this.current()).retired.values()];
  }

  async findRetired(id: string): Promise<DescribedRetiredRule | null> {
    return (await this.current()).retired.get(id) ?? null;
  }

  /** What is judged in shadow, by the id that its author gave. */
  async shadows(): Promise<ReadonlyMap<string, RuleDescription>> {
    return (await this.current()).shadows;
  }

  /**
   * The rule of a finding as it was when it found it, with what the county had set for its parameters (`overlay`). Null: its text was not kept (it was found by a program of before), or this
   * program no longer understands it.
   */
  async version(digest: string | null, overlay: string | null = null): Promise<RuleDescription | null> {
    if (digest === null) return null;
    const key = `${digest} ${overlay ?? ''}`;
    const known = this.versions.get(key);
    if (known) return known;
    const text = (await this.sets.version(digest))?.rule;
    if (!text) return null;
    const { rule } = asSet(text, await this.parameters.version(overlay), this.fits);
    const described = describeRule(rule, this.catalogue);
    if (this.versions.size >= MAX_KEPT_VERSIONS) this.versions.clear();
    this.versions.set(key, described);
    return described;
  }

  private async current(): Promise<Edition> {
    const epoch = await this.sets.epoch();
    if (this.edition?.epoch === epoch) return this.edition;
    const standing = await this.parameters.standing();
    const rules = (await this.sets.published()).flatMap((published) => {
      if (!published.rule) return [];
      const { rule, misfits } = asSet(published.rule, standing.get(published.ruleId)?.settings ?? [], this.fits);
      return [{ ...describeRule(rule, this.catalogue), published, misfits }];
    });
    const retired = (await this.sets.retired()).flatMap(({ last, ...retirement }) =>
      last.rule ? [{ ...describeRule(last.rule, this.catalogue), retired: retirement }] : [],
    );
    const shadows = (await this.sets.shadows()).flatMap(({ text: { rule } }) =>
      rule ? [describeRule(rule, this.catalogue)] : [],
    );
    // Read after the number: what is newer than it is read again at the next question.
    this.edition = { epoch, rules, byId: byIdOf(rules), retired: byIdOf(retired), shadows: byIdOf(shadows) };
    return this.edition;
  }
}

function byIdOf<T extends RuleDescription>(rules: readonly T[]): ReadonlyMap<string, T> {
  return new Map(rules.map((rule) => [rule.id, rule]));
}
