import type { SweepQueries } from '@tianyan/findings';
import { SECOND_MS, type Pause } from '@tianyan/kernel';
import type { Logger } from 'pino';
import type { AskedConnector } from '../tokens.js';
import type { EventHub } from './event-hub.js';

/** Sources and sweeps announce nothing themselves; their few rows are compared so often while somebody looks. */
const LOOK_MS = 3 * SECOND_MS;

/** Tells open consoles when a source or a sweep has moved on. */
export class StateWatcher {
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;
  private readonly seen = new Map<string, string>();

  constructor(
    private readonly parts: {
      sources: AskedConnector['sources'];
      sweeps: SweepQueries;
      hub: EventHub;
      pause: Pause;
      logger: Logger;
    },
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      if (this.parts.hub.listenerCount > 0) {
        try {
          await this.look();
        } catch (error) {
          this.parts.logger.warn({ err: error }, 'the state of sources and sweeps could not be read');
        }
      }
      await this.parts.pause(LOOK_MS, this.stopping.signal);
    }
  }

  private async look(): Promise<void> {
    const { sources, sweeps, hub } = this.parts;
    for (const source of await sources.list()) {
      if (this.changed(`source/${source.name}`, source)) hub.publish('everybody', { kind: 'source', id: source.name });
    }
    const [sweep] = (await sweeps.runs({ limit: 1 })).items;
    if (sweep && this.changed('sweep', sweep)) {
      hub.publish('everybody', {
        kind: 'sweep',
        id: sweep.id,
        rulesDone: sweep.rulesDone,
        rulesTotal: sweep.ruleIds.length,
        state: sweep.state,
      });
    }
  }

  private changed(key: string, state: unknown): boolean {
    const text = JSON.stringify(state);
    const before = this.seen.get(key);
    this.seen.set(key, text);
    // The first look only learns: whoever has just opened the page has read the state itself.
    return before !== undefined && before !== text;
  }
}
