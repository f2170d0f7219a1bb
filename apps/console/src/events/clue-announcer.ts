import { isAllowed, Reach, type UserStore } from '@tianyan/access';
import { parseClueChange, type ClueQueries } from '@tianyan/cases';
import type { Logger } from 'pino';
import type { EventHub } from './event-hub.js';

/**
 * Tells open consoles that a step was taken: those alone who see the clue, by the same condition as every list. Asked of the database as it is when
 * the step is heard of; who a circle has left out by that very step hears nothing.
 */
export class ClueAnnouncer {
  /** The last step of each clue that is still to be told of: several of one clue are one event. */
  private readonly waiting = new Map<string, number>();
  private telling: Promise<void> | null = null;

  constructor(
    private readonly parts: {
      queries: Pick<ClueQueries, 'seenBy'>;
      users: Pick<UserStore, 'list'>;
      hub: EventHub;
      logger: Logger;
    },
  ) {}

  /** Throws Error for what another version has announced. */
  hear(payload: string): void {
    const { id, revision } = parseClueChange(payload);
    this.waiting.set(id, Math.max(revision, this.waiting.get(id) ?? 0));
    this.telling ??= this.tellAll().finally(() => {
      this.telling = null;
    });
  }

  /** Until nothing waits. */
  async settled(): Promise<void> {
    await this.telling;
  }

  private async tellAll(): Promise<void> {
    for (let next = this.take(); next !== null; next = this.take()) {
      const { hub, logger } = this.parts;
      try {
        hub.publish({ userIds: await this.seeing(next.id) }, { kind: 'clue', ...next });
      } catch (error) {
        // Whom it is for is not known: everybody reads again what they see anyway.
        logger.warn({ err: error }, 'who sees a clue could not be read');
        hub.publish('everybody', { kind: 'resync' });
      }
    }
  }

  private take(): { id: string; revision: number } | null {
    const [first] = this.waiting;
    if (!first) return null;
    const [id, revision] = first;
    this.waiting.delete(id);
    return { id, revision };
  }

  private async seeing(id: string): Promise<ReadonlySet<string>> {
    const { queries, users } = this.parts;
    const readers = (await users.list()).filter(({ role }) => isAllowed(role, 'read-clues'));
    return queries.seenBy(
      readers.map((user) => Reach.of({ user })),
      id,
    );
  }
}
