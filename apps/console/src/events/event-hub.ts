import type { Reach } from '@tianyan/access';
import { secretToken } from '@tianyan/kernel';
import type { ConsoleEvent } from '../api/index.js';

export interface NumberedEvent {
  /** `<run>-<number>`: from another run of the process it cannot be continued. */
  id: string;
  event: ConsoleEvent;
}

/**
 * Who may hear of it: everybody, as of the state of the platform; whoever's reach covers the finding, whose township or class, null, is known to no
 * lesser reach than the whole county or all classes; or those alone who were found to see it.
 */
export type Audience =
  'everybody' | { townshipCode: string | null; problemClass: string | null } | { userIds: ReadonlySet<string> };

interface KeptEvent extends NumberedEvent {
  audience: Audience;
}

function mayHear(reach: Reach, { audience }: KeptEvent): boolean {
  if (audience === 'everybody') return true;
  return 'userIds' in audience ? audience.userIds.has(reach.userId) : reach.coversFinding(audience);
}

/** Events kept for clients that were away for a moment; who missed more reads the lists again. */
const KEPT_EVENTS = 1_000;

/** Hands events to everyone who listens and may hear of them, and remembers the last ones. */
export class EventHub {
  private readonly run = secretToken().slice(0, 8);
  private readonly kept: KeptEvent[] = [];
  private readonly listeners = new Set<(event: KeptEvent) => void>();
  private last = 0;

  publish(audience: Audience, event: ConsoleEvent): void {
    const numbered = { id: `${this.run}-${++this.last}`, event, audience };
    this.kept.push(numbered);
    if (this.kept.length > KEPT_EVENTS) this.kept.shift();
    for (const listener of this.listeners) listener(numbered);
  }

  /** @returns ends the subscription */
  subscribe(reach: Reach, listener: (event: NumberedEvent) => void): () => void {
    const hear = (event: KeptEvent) => {
      if (mayHear(reach, event)) listener(event);
    };
    this.listeners.add(hear);
    return () => this.listeners.delete(hear);
  }

  /** What came after `id`; null if that cannot be told any more. */
  since(reach: Reach, id: string): readonly NumberedEvent[] | null {
    const [run, number] = [id.slice(0, id.lastIndexOf('-')), Number(id.slice(id.lastIndexOf('-') + 1))];
    if (run !== this.run || !Number.isInteger(number) || number > this.last) return null;
    const missed = this.last - number;
    if (missed > this.kept.length) return null;
    return this.kept.slice(this.kept.length - missed).filter((event) => mayHear(reach, event));
  }

  get listenerCount(): number {
    return this.listeners.size;
  }
}
