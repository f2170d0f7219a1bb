import { SECOND_MS, type Clock, type EpochMs } from '@tianyan/kernel';
import { WorkerHost } from '@nestjs/bullmq';
import type { OnApplicationBootstrap } from '@nestjs/common';
import type { DiscoveryService } from '@nestjs/core';
import { Queue } from 'bullmq';
import type { Logger } from 'pino';

/** While the store of the jobs is away, every queue tries and fails several times a second; once in a while is enough to know. */
const SAY_EVERY_MS = 30 * SECOND_MS;

/**
 * Hears what queues and workers say of their store. They go on by themselves when it is back; what nobody hears, BullMQ
 * prints with its stack, each time.
 */
export class JobErrors implements OnApplicationBootstrap {
  private readonly saidMs = new Map<string, EpochMs>();

  constructor(private readonly parts: { discovery: DiscoveryService; logger: Logger; clock: Clock }) {}

  onApplicationBootstrap(): void {
    for (const { instance } of this.parts.discovery.getProviders()) {
      const heard: unknown = instance;
      if (heard instanceof Queue) heard.on('error', (error: Error) => this.hear(heard.name, error));
      else if (heard instanceof WorkerHost) heard.worker.on('error', (error: Error) => this.hear(heard.worker.name, error));
    }
  }

  private hear(queue: string, error: Error): void {
    const { clock, logger } = this.parts;
    const nowMs = clock.nowMs();
    if (nowMs - (this.saidMs.get(queue) ?? Number.NEGATIVE_INFINITY) < SAY_EVERY_MS) return;
    this.saidMs.set(queue, nowMs);
    logger.warn({ err: error, queue }, 'the store of the jobs is out of reach; they wait for it');
  }
}
