import { directoryDivision, directoryUnit } from '@tianyan/contracts';
import type {
  EvaluationGroup,
  FindingRule,
  JudgedRules,
  OpenLoads,
  RuleRegistry,
  RulesSetAside,
  Sweeper,
} from '@tianyan/findings';
import type { Logger } from 'pino';
import type { CurrentRules } from './current-rules.js';

/** Knows which record types still miss half of their history. */
export interface FirstLoad {
  /** Those of `types` whose sources have not been read to the end once. */
  pendingTypes(types: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Every type can be judged from the start: there is no source whose history is still on its way. */
export const nothingPending: FirstLoad = { pendingTypes: async () => new Set() };

/** Waits as well for what sources are bringing as a load: the first sweep would have to leave its scopes out. */
export function withPulledLoads(firstLoad: FirstLoad, loads: Pick<OpenLoads, 'pulledTypes'>): FirstLoad {
  return {
    async pendingTypes(types) {
      const [pending, pulled] = await Promise.all([firstLoad.pendingTypes(types), loads.pulledTypes()]);
      return new Set([...pending, ...types.filter((type) => pulled.has(type))]);
    },
  };
}

/** Without these, explanations would name units and villages by their codes, and keep doing so. */
const NAMING_TYPES: readonly string[] = [directoryUnit.type, directoryDivision.type];

/**
 * So many rules a person may have written or changed. More come with a first start or a new version of the platform, whose rules were compared before it
 * was shipped; whoever waits for the first findings should not wait for that too. Their sweep compares them all the same.
 */
const MAX_COMPARED_BEFOREHAND = 20;

/**
 * Decides which rules are judged at all. A rule over half-loaded history would accuse people of not having done
 * what is merely not read yet (the order is there, the contact with the citizen comes with the next page); so it
 * waits until its record types have been loaded once, and its first act is a sweep. What is active stands in the
 * store, so that all correlators judge the same. A rule that is new or changed waits and is swept alone: those beside it go on.
 */
export class RuleActivation {
  /** Not swept yet as they are now. */
  private unswept: readonly FindingRule[];
  /** The epoch whose rules were found to be active without exception; null: none yet. */
  private allActive: number | null = null;

  constructor(
    private readonly parts: {
      rules: Pick<CurrentRules, 'epoch' | 'rules' | 'groups'>;
      firstLoad: FirstLoad;
      registry: RuleRegistry;
      setAside: Pick<RulesSetAside, 'unfilled'>;
      sweeper: Sweeper;
      names: { readNow(): Promise<unknown> };
      logger: Logger;
    },
  ) {
    this.unswept = parts.rules.rules();
  }

  /** What live work judges; to be asked after the batch in hand has landed. Within an epoch it only becomes more. */
  async active(): Promise<JudgedRules> {
    const { rules, registry } = this.parts;
    const [epoch, all] = [rules.epoch(), rules.rules()];
    if (this.allActive === epoch) return { epoch, groups: rules.groups() };
    const active = await registry.active(all);
    // Another set may have been taken over meanwhile; its rules are others, and the answer would be mixed.
    if (rules.epoch() !== epoch) return this.active();
    if (active.size === all.length) this.allActive = epoch;
    return { epoch, groups: rules.groups(active) };
  }

  /**
   * Rules that were judged before need not wait again after a restart, or after others were published or switched: what they
   * missed meanwhile is announced to them.
   */
  async resume(): Promise<void> {
    const { rules, registry } = this.parts;
    const all = rules.rules();
    const changed = await registry.changed(all);
    await registry.noteMembers(all);
    this.unswept = all.filter(({ id }) => changed.has(id));
  }

  /**
   * Activates and sweeps the rules that are ready by now; one correlator at a time. A rule takes part in live work
   * *before* its sweep reads: a batch that lands meanwhile is then evaluated by one of the two, whichever sees it.
   */
  async activateReady(): Promise<void> {
    if (this.unswept.length === 0) return;
    const { rules, registry, firstLoad, names, logger, sweeper, setAside } = this.parts;
    const unswept = rules.groups(new Set(this.unswept.map(({ id }) => id)));
    const needed = (group: EvaluationGroup) => [...group.recordTypes, ...NAMING_TYPES];
    const pending = await firstLoad.pendingTypes([...new Set(unswept.flatMap(needed))]);
    const loaded = unswept.filter((group) => needed(group).every((type) => !pending.has(type)));
    const ready = rulesOf(await this.judgeable(loaded));
    if (ready.length === 0) return;
    // Another correlator may have done it since the last look.
    const due = await registry.changed(ready);
    let leftOut: readonly string[] = [];
    if (due.size > 0) {
      await names.readNow();
      const groups = rules.groups(due);
      if (due.size <= MAX_COMPARED_BEFOREHAND) await sweeper.assertSampleAgrees(groups);
      await registry.activate(groups);
      logger.info({ rules: [...due] }, 'rules are judged from now on');
      const filled = await setAside.unfilled();
      ({ leftOut } = await sweeper.run({ reason: 'changed-rules', groups, differencesAre: 'expected', filled }));
      await registry.remember(groups.filter(({ rules: of }) => !of.some(({ id }) => leftOut.includes(id))));
    }
    // Another set may have been taken over meanwhile: what is another rule by now has not been swept.
    const done = new Set(ready.filter(({ id }) => !leftOut.includes(id)).map(({ fingerprint }) => fingerprint));
    this.unswept = this.unswept.filter(({ fingerprint }) => !done.has(fingerprint));
  }

  /** Without those that their sweep would leave out: they would be judged by the rate without ever having been compared. */
  private async judgeable(groups: readonly EvaluationGroup[]): Promise<EvaluationGroup[]> {
    const judgeable: EvaluationGroup[] = [];
    for (const group of groups) if (!(await this.parts.sweeper.leavesOut(group))) judgeable.push(group);
    return judgeable;
  }
}

function rulesOf(groups: readonly EvaluationGroup[]): FindingRule[] {
  return groups.flatMap((group) => group.rules);
}
