import { DeliveryQueue, DeliveryRound, Summaries, TeamStore } from '@tianyan/notices';
import { timerPause, type Clock, type IdSource, type Rng } from '@tianyan/kernel';
import type { Pool } from '@tianyan/postgres';
import {
  CONFIG,
  IDS,
  keptSecret,
  LOGGER,
  MACHINE_CLOCK,
  outboundHosts,
  POSTGRES,
  RNG,
  type TianyanConfig,
} from '@tianyan/runtime';
import { Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { DeliveryLoop } from './delivery-loop.js';
import { createWebhookSender } from './send-webhook.js';

const WEBHOOK_SENDER = Symbol('WEBHOOK_SENDER');
type WebhookSender = ReturnType<typeof createWebhookSender>;

/** Delivers alerts from the outbox. Needs RuntimeModule beside it. */
@Module({
  providers: [
    {
      provide: WEBHOOK_SENDER,
      inject: [CONFIG],
      useFactory: (config: TianyanConfig) => createWebhookSender(outboundHosts(config)),
    },
    {
      provide: DeliveryLoop,
      inject: [CONFIG, POSTGRES, MACHINE_CLOCK, RNG, IDS, LOGGER, WEBHOOK_SENDER],
      useFactory: (
        config: TianyanConfig,
        pool: Pool,
        clock: Clock,
        rng: Rng,
        ids: IdSource,
        logger: Logger,
        sender: WebhookSender,
      ) => {
        const round = new DeliveryRound({
          queue: new DeliveryQueue({ pool, clock, rng }),
          teams: new TeamStore({ pool, ids, clock, outbound: outboundHosts(config) }),
          summaries: new Summaries({ pool, clock }),
          send: sender.send,
          clock,
          // The same file as the console's: it shows the keys that are used here.
          onAttempt: ({ id, findingId, traces }, failure) =>
            logger.info({ delivery: id, findingId, traces, failure }, 'alert sent'),
          secret: config.digestKey ?? keptSecret(join(config.dataDirectory, 'webhook.key')),
        });
        return new DeliveryLoop({ round, pool, pause: timerPause, rng, logger });
      },
    },
  ],
})
export class NotifierModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(DeliveryLoop) private readonly loop: DeliveryLoop,
    @Inject(WEBHOOK_SENDER) private readonly sender: WebhookSender,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.loop.stop();
    await this.sender.close();
  }
}
