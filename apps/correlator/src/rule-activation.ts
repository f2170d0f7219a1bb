import { directoryDivision, directoryUnit } from '@tianyan/contracts';
import type { EvaluationGroup, RuleRegistry, Sweeper } from '@tianyan/findings';
import type { Logger } from 'pino';
import type { DirectoryNames } from './directory-names.js';

/** Knows which record types still miss half of their history. */
export interface FirstLoad {
  /** Those of `types` whose sources have not been read to the end once. */
  pendingTypes(types: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Every type can be judged from the start: there is no source whose history is still on its way. */
export const nothingPending: FirstLoad = { pendingTypes: async () => new Set() };

/** Without these, explanations would name units and villages by their codes, and keep doing so. */
const NAMING_TYPES: readonly string[] = [directoryUnit.type, directoryDivision.type];

/**
 * Decides which rule groups are judged at all. A rule over half-loaded history would accuse people of not having done
 * what is merely not read yet (the order is there, the contact with the citizen comes with the next page); so a group
 * waits until all its record types have been loaded once, and its first act is a sweep.
 */
export class RuleActivation {
  private activeGroups: readonly EvaluationGroup[] = [];
  private waiting: readonly EvaluationGroup[];

  constructor(
    private readonly parts: {
      groups: readonly EvaluationGroup[];
      firstLoad: FirstLoad;
      registry: RuleRegistry;
      sweeper: Sweeper;
      names: Pick<DirectoryNames, 'readNow'>;
      logger: Logger;
    },
  ) {
    this.waiting = parts.groups;
  }

  active(): readonly EvaluationGroup[] {
    return this.activeGroups;
  }

  /** Groups that were judged before need not wait again after a restart: what they missed meanwhile is announced to them. */
  async resume(): Promise<void> {
    const changed = new Set(await this.parts.registry.changed(this.parts.groups));
    this.activate(this.parts.groups.filter((group) => !changed.has(group)));
  }

  /**
   * Activates and sweeps the groups that are ready by now. A group takes part in live work *before* its sweep reads:
   * a batch that lands meanwhile is then evaluated by one of the two, whichever sees it.
   */
  async activateReady(): Promise<void> {
    if (this.waiting.length === 0) return;
    const needed = (group: EvaluationGroup) => [...group.recordTypes, ...NAMING_TYPES];
    const pending = await this.parts.firstLoad.pendingTypes([...new Set(this.waiting.flatMap(needed))]);
    const ready = this.waiting.filter((group) => needed(group).every((type) => !pending.has(type)));
    if (ready.length === 0) return;
    await this.parts.names.readNow();
    this.activate(ready);
    this.parts.logger.info({ groups: ready.map((group) => group.groupId) }, 'rules are judged from now on');
    await this.parts.sweeper.run({ reason: 'changed-rules', groups: ready, differencesAre: 'expected' });
    await this.parts.registry.remember(ready);
  }

  private activate(groups: readonly EvaluationGroup[]): void {
    const added = new Set(groups);
    this.activeGroups = [...this.activeGroups, ...groups];
    this.waiting = this.waiting.filter((group) => !added.has(group));
  }
}
