import { directoryDivision, directoryUnit } from '@tianyan/contracts';
import type { EvaluationGroup, OpenLoads, RuleRegistry, Sweeper } from '@tianyan/findings';
import type { Logger } from 'pino';
import type { DirectoryNames } from './directory-names.js';

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
 * Decides which rule groups are judged at all. A rule over half-loaded history would accuse people of not having done
 * what is merely not read yet (the order is there, the contact with the citizen comes with the next page); so a group
 * waits until all its record types have been loaded once, and its first act is a sweep. What is active stands in the
 * store, so that all correlators judge the same.
 */
export class RuleActivation {
  /** Not swept yet as they are now. */
  private unswept: readonly EvaluationGroup[];
  /** The groups that were found to be active without exception; null before. */
  private allActive: readonly EvaluationGroup[] | null = null;

  constructor(
    private readonly parts: {
      /** The rules that people let run, by now. */
      groups: () => readonly EvaluationGroup[];
      firstLoad: FirstLoad;
      registry: RuleRegistry;
      sweeper: Sweeper;
      names: Pick<DirectoryNames, 'readNow'>;
      logger: Logger;
    },
  ) {
    this.unswept = parts.groups();
  }

  /** Groups that live work judges; to be asked after the batch in hand has landed. Until a person switches rules they only become more. */
  async active(): Promise<readonly EvaluationGroup[]> {
    const groups = this.parts.groups();
    if (this.allActive === groups) return groups;
    const active = await this.parts.registry.active(groups);
    if (active.length === groups.length) this.allActive = groups;
    return active;
  }

  /**
   * Groups that were judged before need not wait again after a restart, or after other rules were switched: what they missed
   * meanwhile is announced to them.
   */
  async resume(): Promise<void> {
    this.unswept = await this.parts.registry.changed(this.parts.groups());
  }

  /**
   * Activates and sweeps the groups that are ready by now; one correlator at a time. A group takes part in live work
   * *before* its sweep reads: a batch that lands meanwhile is then evaluated by one of the two, whichever sees it.
   */
  async activateReady(): Promise<void> {
    if (this.unswept.length === 0) return;
    const { registry, firstLoad, names, logger, sweeper } = this.parts;
    const needed = (group: EvaluationGroup) => [...group.recordTypes, ...NAMING_TYPES];
    const pending = await firstLoad.pendingTypes([...new Set(this.unswept.flatMap(needed))]);
    const ready = this.unswept.filter((group) => needed(group).every((type) => !pending.has(type)));
    if (ready.length === 0) return;
    // Another correlator may have done it since the last look.
    const due = await registry.changed(ready);
    if (due.length > 0) {
      await names.readNow();
      await registry.activate(due);
      logger.info({ groups: due.map((group) => group.groupId) }, 'rules are judged from now on');
      await sweeper.run({ reason: 'changed-rules', groups: due, differencesAre: 'expected' });
      await registry.remember(due);
    }
    const done = new Set(ready);
    this.unswept = this.unswept.filter((group) => !done.has(group));
  }
}
