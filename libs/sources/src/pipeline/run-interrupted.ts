import { RefusedError } from '@tianyan/kernel';

/** The process stops. What was read so far counts; the rest is read from the cursor, here or elsewhere. */
export class RunInterruptedError extends RefusedError {
  constructor() {
    super('conflict', '平台正在停止，没有读完。请在平台重新启动后再试一次，已读入的部分不会重复。');
    this.name = 'RunInterruptedError';
  }
}
