import { secretToken } from '@tianyan/kernel';
import type { ConsoleEvent } from '../api/index.js';

export interface NumberedEvent {
  /** `<run>-<number>`: from another run of the process it cannot be continued. */
  id: string;
  event: ConsoleEvent;
}

/** Events kept for clients that were away for a moment; who missed more reads the lists again. */
const KEPT_EVENTS = 1_000;

/** Hands events to everyone who listens, and remembers the last ones. */
export class EventHub {
  private readonly run = secretToken().slice(0, 8);
  private readonly kept: NumberedEvent[] = [];
  private readonly listeners = new Set<(event: NumberedEvent) => void>();
  private last = 0;

  publish(event: ConsoleEvent): void {
    const numbered = { id: `${this.run}-${++this.last}`, event };
    this.kept.push(numbered);
    if (this.kept.length > KEPT_EVENTS) this.kept.shift();
    for (const listener of this.listeners) listener(numbered);
  }

  /** @returns ends the subscription */
  subscribe(listener: (event: NumberedEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** What came after `id`; null if that cannot be told any more. */
  since(id: string): readonly NumberedEvent[] | null {
    const [run, number] = [id.slice(0, id.lastIndexOf('-')), Number(id.slice(id.lastIndexOf('-') + 1))];
    if (run !== this.run || !Number.isInteger(number) || number > this.last) return null;
    const missed = this.last - number;
    return missed > this.kept.length ? null : this.kept.slice(this.kept.length - missed);
  }

  get listenerCount(): number {
    return this.listeners.size;
  }
}
