import type { SweepQueries } from '@tianyan/findings';
import { Rounds, SECOND_MS, type Pause } from '@tianyan/kernel';
import type { Logger } from 'pino';
import type { AskedConnector } from '../tokens.js';
import type { EventHub } from './event-hub.js';

/** Sources and sweeps announce nothing themselves; their few rows are compared so often while somebody looks. */
const LOOK_MS = 3 * SECOND_MS;

/** Tells open consoles when a source or a sweep has moved on. */
export class StateWatcher {
  private readonly rounds: Rounds;
  private readonly seen = new Map<string, string>();

  constructor(
    private readonly parts: {
      sources: Pick<AskedConnector['sources'], 'list'>;
      sweeps: SweepQueries;
      hub: EventHub;
      pause: Pause;
      logger: Logger;
    },
  ) {
    const { pause, logger } = parts;
    this.rounds = new Rounds({
      round: () => this.look(),
      onFailed: (error) => {
        logger.warn({ err: error }, 'the state of sources and sweeps could not be read');
        return LOOK_MS;
      },
      pause,
    });
  }

  start(): void {
    this.rounds.start();
  }

  stop(): Promise<void> {
    return this.rounds.stop();
  }

  private async look(): Promise<number> {
    const { sources, sweeps, hub } = this.parts;
    if (hub.listenerCount === 0) return LOOK_MS;
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
    return LOOK_MS;
  }

  private changed(key: string, state: unknown): boolean {
    const text = JSON.stringify(state);
    const before = this.seen.get(key);
    this.seen.set(key, text);
    // The first look only learns: whoever has just opened the page has read the state itself.
    return before !== undefined && before !== text;
  }
}
