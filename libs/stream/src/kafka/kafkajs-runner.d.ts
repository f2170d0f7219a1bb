/** Not part of what kafkajs declares; see `stopped-fetchers.ts`. */
declare module 'kafkajs/src/consumer/runner.js' {
  import type { Batch } from 'kafkajs';

  export default class Runner {
    constructor(parts: object);
    running: boolean;
    fetch(nodeId: string): Promise<readonly Batch[]>;
    scheduleFetchManager(): void;
    stop(): Promise<void>;
  }
}
