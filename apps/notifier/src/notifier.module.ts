import { NamesDirectory } from '@tianyan/rules';
import { PARTS, type RuntimeParts } from '@tianyan/runtime';
import { Inject, Module, type DynamicModule, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { composeNotifier, type Notifier, type NotifierOptions } from './compose-notifier.js';

const NOTIFIER = Symbol('NOTIFIER');

/** Delivers notices from the outbox, and tells of sources that are out. Needs RuntimeModule beside it. */
@Module({})
export class NotifierModule implements OnApplicationBootstrap, OnApplicationShutdown {
  static forRoot(options: Omit<NotifierOptions, 'names'>): DynamicModule {
    const useFactory = (parts: RuntimeParts) => {
      const names = new NamesDirectory(parts.warehouse, parts.machineClock);
      return composeNotifier({ ...parts, ...options, names });
    };
    return { module: NotifierModule, providers: [{ provide: NOTIFIER, inject: [PARTS], useFactory }] };
  }

  constructor(@Inject(NOTIFIER) private readonly notifier: Notifier) {}

  onApplicationBootstrap(): void {
    this.notifier.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.notifier.stop();
  }
}
