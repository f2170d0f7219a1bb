import { UserStore } from '@tianyan/access';
import { timerPause } from '@tianyan/kernel';
import { DeliveryQueue, DeliveryRound, NoticeOutbox, PlatformRouting, Summaries, TeamStore } from '@tianyan/notices';
import { DiskSpace, keptSecret, outboundHosts, type RuntimeParts } from '@tianyan/runtime';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DeliveryLoop } from './delivery-loop.js';
import { outsideChannels } from './channels/outside-channels.js';
import type { RobotKind } from './channels/robot-channel.js';
import { smsGatewayOf } from './channels/sms-gateway.js';
import type { SourceHealth, WatchedSource } from './source-health.js';
import { OutageWatch } from './outage-watch.js';
import { WatchedDeadLetters } from './watched-dead-letters.js';
import { WatchedPlatform, WatchedSources, type PlatformHealth } from './watched-parts.js';

/** What the notifier is told beside what every module shares. */
export interface NotifierOptions {
  sources: SourceHealth;
  watched: readonly WatchedSource[];
  quarantine: PlatformHealth['quarantine'];
  /** Names of townships, for messages that leave the platform. */
  names: TownshipNames;
  /** In place of the addresses of the robots' vendors, for tests. */
  robotUrls?: Readonly<Partial<Record<RobotKind, string>>>;
}

/** The directory of libs/rules fits. */
export interface TownshipNames {
  /** Not older than half a minute. */
  refresh(): Promise<{ division(code: string): string | undefined }>;
}

export type NotifierParts = Pick<
  RuntimeParts,
  'config' | 'postgres' | 'catalogue' | 'stream' | 'machineClock' | 'rng' | 'ids' | 'logger'
> &
  NotifierOptions;

export interface Notifier {
  start(): void;
  /** Resolves after what is in hand. */
  stop(): Promise<void>;
}

/** Far below the lease of a delivery: the others of its round wait for it. */
const NAME_WAIT_MS = 3_000;

/** A message whose township cannot be named is sent without it: the warehouse may be away when people must hear of something. */
function townshipNameBy(names: TownshipNames, logger: NotifierParts['logger']) {
  return async (code: string) => {
    try {
      const directory = await Promise.race([names.refresh(), timerPause(NAME_WAIT_MS).then(() => null)]);
      return directory?.division(code);
    } catch (error) {
      logger.warn({ err: error }, 'townships could not be read; the message goes without the name');
      return undefined;
    }
  };
}

/** Tells of sources that are out, and of the platform itself. */
function composeOutageWatch(parts: NotifierParts, teams: TeamStore): OutageWatch {
  const { config, postgres: pool, catalogue, stream, machineClock: clock, ids, logger, quarantine } = parts;
  const disk = new DiskSpace(config.dataDirectory, clock);
  return new OutageWatch({
    timing: config.outages,
    watched: [
      new WatchedSources(parts),
      new WatchedPlatform({ pool, quarantine, disk, host: hostname(), limits: config.outages }),
      new WatchedDeadLetters({ catalogue, admin: stream.admin(), pool, logger }),
    ],
    pool,
    outbox: new NoticeOutbox(clock),
    routing: new PlatformRouting({ users: new UserStore({ pool, ids, clock }), teams }),
    clock,
    pause: timerPause,
    logger,
  });
}

/** The notifier, made of opened parts; nothing runs before `start`. */
export function composeNotifier(parts: NotifierParts): Notifier {
  const { config, postgres: pool, machineClock: clock, rng, ids, logger, names, robotUrls } = parts;
  const outbound = outboundHosts(config);
  const teams = new TeamStore({ pool, ids, clock, outbound });
  // The same file as the console's: it shows the keys that are used here, and seals the channels that are opened here.
  const secret = config.digestKey ?? keptSecret(join(config.dataDirectory, 'webhook.key'));
  const channel = outsideChannels({
    pool,
    teams,
    clock,
    secret,
    outbound,
    smtp: config.smtp,
    smsGateway: smsGatewayOf(config.smsGatewayFile),
    places: { townshipName: townshipNameBy(names, logger), consoleUrl: config.consoleUrl },
    robotUrls,
  });
  const round = new DeliveryRound({
    queue: new DeliveryQueue({ pool, clock, rng }),
    summaries: new Summaries({ pool, clock }),
    channel,
    onAttempt: ({ id, subject, channel: by, traces }, failure) =>
      logger.info({ delivery: id, subject, channel: by, traces, failure }, 'notice sent'),
  });
  const loop = new DeliveryLoop({ round, pool, pause: timerPause, rng, logger });
  const watch = composeOutageWatch(parts, teams);
  return {
    start() {
      loop.start();
      watch.start();
    },
    async stop() {
      await Promise.all([loop.stop(), watch.stop()]);
      await channel.close();
    },
  };
}
