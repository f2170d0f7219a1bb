import { BaseRpcContext } from '@nestjs/microservices';
import type { StreamBatch } from '@tianyan/stream';

/** `@Ctx()` of a stream handler: where the batch comes from. The batch itself is the `@Payload()`. */
export class StreamContext extends BaseRpcContext<[StreamBatch]> {
  getTopic(): string {
    return this.args[0].topic;
  }

  getPartition(): number {
    return this.args[0].partition;
  }
}
