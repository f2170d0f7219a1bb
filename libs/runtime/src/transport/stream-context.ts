import { BaseRpcContext } from '@nestjs/microservices';
import type { StreamBatch, StreamConsumer } from '@tianyan/stream';

/** `@Ctx()` of a stream handler: where the batch comes from. The batch itself is the `@Payload()`. */
export class StreamContext extends BaseRpcContext<[StreamBatch, Pick<StreamConsumer, 'pause' | 'resume'>]> {
  getTopic(): string {
    return this.args[0].topic;
  }

  getPartition(): number {
    return this.args[0].partition;
  }

  /** Who handed the batch out: a handler may hold back what comes after it. */
  getConsumer(): Pick<StreamConsumer, 'pause' | 'resume'> {
    return this.args[1];
  }
}
