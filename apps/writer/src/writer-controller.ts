import { Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { OnBatch, StreamController } from '@tianyan/runtime';
import type { StreamBatch } from '@tianyan/stream';
import { WRITER_TRANSPORT } from './transport.js';
import { WriterPipeline } from './writer-pipeline.js';

/** Batches of every record topic. */
@StreamController()
export class WriterController {
  constructor(@Inject(WriterPipeline) private readonly pipeline: WriterPipeline) {}

  @OnBatch('records.*', WRITER_TRANSPORT)
  onRecords(@Payload() batch: StreamBatch): Promise<void> {
    return this.pipeline.handle(batch);
  }
}
