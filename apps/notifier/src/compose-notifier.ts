import { UserStore } from '@tianyan/access';
import { timerPause } from '@tianyan/kernel';
import { DeliveryQueue, DeliveryRound, NoticeOutbox, PlatformRouting, Summaries, TeamStore } from '@tianyan/notices';
import { keptSecret, outboundHosts, type RuntimeParts } from '@tianyan/runtime';
import { join } from 'node:path';
import { DeliveryLoop } from './delivery-loop.js';
import { createWebhookSender } from './send-webhook.js';
import type { SourceHealth, WatchedSource } from './source-health.js';
import { SourceWatch } from './source-watch.js';

/** What the notifier is told beside what every module shares. */
export interface NotifierOptions {
  sources: SourceHealth;
  watched: readonly WatchedSource[];
}

export type NotifierParts = Pick<RuntimeParts, 'config' | 'postgres' | 'machineClock' | 'rng' | 'ids' | 'logger'> &
  NotifierOptions;

export interface Notifier {
  start(): void;
  /** Resolves after what is in hand. */
  stop(): Promise<void>;
}

/** The notifier, made of opened parts; nothing runs before `start`. */
export function composeNotifier(parts: NotifierParts): Notifier {
  const { config, postgres: pool, machineClock: clock, rng, ids, logger, sources, watched } = parts;
  const outbound = outboundHosts(config);
  const sender = createWebhookSender(outbound);
  const teams = new TeamStore({ pool, ids, clock, outbound });
  const round = new DeliveryRound({
    queue: new DeliveryQueue({ pool, clock, rng }),
    teams,
    summaries: new Summaries({ pool, clock }),
    send: sender.send,
    clock,
    onAttempt: ({ id, subject, traces }, failure) => logger.info({ delivery: id, subject, traces, failure }, 'notice sent'),
    // The same file as the console's: it shows the keys that are used here.
    secret: config.digestKey ?? keptSecret(join(config.dataDirectory, 'webhook.key')),
  });
  const loop = new DeliveryLoop({ round, pool, pause: timerPause, rng, logger });
  const routing = new PlatformRouting({ users: new UserStore({ pool, ids, clock }), teams });
  const outbox = new NoticeOutbox(clock);
  const watch = new SourceWatch({ sources, watched, pool, outbox, routing, clock, pause: timerPause, logger });
  return {
    start() {
      loop.start();
      watch.start();
    },
    async stop() {
      await Promise.all([loop.stop(), watch.stop()]);
      await sender.close();
    },
  };
}
