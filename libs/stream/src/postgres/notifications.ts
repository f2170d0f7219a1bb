import { timerPause, type Rng } from '@tianyan/kernel';
import { Listener, type ListeningSession, type Pool } from '@tianyan/postgres';
import type { PostgresStreamOptions } from './options.js';

/** Payload: topic id. */
export const APPENDED_CHANNEL = 'stream_appended';
/** Payload: group name. Sent when members come or go, or a partition was released. */
export const GROUP_CHANNEL = 'stream_group';

export interface Subscriber {
  onAppended(topicId: number): void;
  onGroup(group: string): void;
  /** Connected (again): notifications may have been missed, and the session is another one. */
  onConnected(): void;
}

/** One listening connection for all consumers of a process; its session stands for the process in the group. */
export class Notifications {
  private readonly subscribers = new Set<Subscriber>();
  private readonly listener: Listener;

  constructor(pool: Pool, options: PostgresStreamOptions, rng: Rng, onLost: (error: unknown) => void) {
    this.listener = new Listener({
      pool,
      channels: [APPENDED_CHANNEL, GROUP_CHANNEL],
      backoff: options.backoff,
      rng,
      pause: timerPause,
      onNotification: (channel, payload) => this.dispatch(channel, payload),
      onListening: () => {
        for (const subscriber of this.subscribers) subscriber.onConnected();
      },
      onLost,
    });
  }

  subscribe(subscriber: Subscriber): () => void {
    this.subscribers.add(subscriber);
    this.listener.start();
    return () => this.subscribers.delete(subscriber);
  }

  /** Null while there is no connection. */
  session(): ListeningSession | null {
    return this.listener.session();
  }

  close(): Promise<void> {
    return this.listener.stop();
  }

  private dispatch(channel: string, payload: string): void {
    for (const subscriber of this.subscribers) {
      if (channel === APPENDED_CHANNEL) subscriber.onAppended(Number(payload));
      else if (channel === GROUP_CHANNEL) subscriber.onGroup(payload);
    }
  }
}
