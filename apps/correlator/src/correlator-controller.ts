import { LANDED_TOPIC } from '@tianyan/contracts';
import { OnBatch, StreamContext, StreamController } from '@tianyan/runtime';
import type { StreamBatch } from '@tianyan/stream';
import { Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { CorrelatorPipeline } from './correlator-pipeline.js';
import { CORRELATOR_TRANSPORT } from './transport.js';

/** Announcements of landed batches. */
@StreamController()
export class CorrelatorController {
  constructor(@Inject(CorrelatorPipeline) private readonly pipeline: CorrelatorPipeline) {}

  @OnBatch(LANDED_TOPIC, CORRELATOR_TRANSPORT)
  onLanded(@Payload() batch: StreamBatch, @Ctx() context: StreamContext): Promise<void> {
    return this.pipeline.landed(batch, context.getConsumer());
  }
}
