import { UserStore } from '@tianyan/access';
import { TeamStore } from '@tianyan/notices';
import {
  Inject,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type FactoryProvider,
  type ModuleMetadata,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { NoticesController } from './notices/notices.controller.js';
import { DictionaryController } from './dictionary/dictionary.controller.js';
import { EventStream } from './events/event-stream.js';
import { EventsController } from './events/events.controller.js';
import { PostgresListener } from './events/postgres-listener.js';
import { StateWatcher } from './events/state-watcher.js';
import { FindingsController } from './findings/findings.controller.js';
import { AdvisoriesController } from './advisories/advisories.controller.js';
import { OverviewController } from './overview/overview.controller.js';
import { accessProviders, caseProviders, eventProviders, readProviders } from './providers.js';
import { RulesController } from './rules/rules.controller.js';
import { SessionController } from './session/session.controller.js';
import { SignInBlocksController } from './session/sign-in-blocks.controller.js';
import { QuarantineController } from './sources/quarantine.controller.js';
import { SourcesController } from './sources/sources.controller.js';
import { SweepsController } from './sweeps/sweeps.controller.js';
import { SWEEP_CONTROL, type SweepControl } from './tokens.js';

export interface ConsoleModuleOptions {
  /** Provides the connector of the process. */
  sources: DynamicModule;
  /** How this process has sweeps run. */
  sweepControl: Pick<ModuleMetadata, 'imports'> & Pick<FactoryProvider<SweepControl>, 'inject' | 'useFactory'>;
}

/** The HTTP API of the console. Needs RuntimeModule beside it; finish the application with `prepareConsole`. */
@Module({})
export class ConsoleModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(EventStream) private readonly stream: EventStream,
    @Inject(PostgresListener) private readonly listener: PostgresListener,
    @Inject(StateWatcher) private readonly watcher: StateWatcher,
  ) {}

  static forRoot({ sources, sweepControl }: ConsoleModuleOptions): DynamicModule {
    return {
      module: ConsoleModule,
      imports: [sources, ...(sweepControl.imports ?? [])],
      controllers: [
        SessionController,
        SignInBlocksController,
        OverviewController,
        FindingsController,
        RulesController,
        AdvisoriesController,
        SourcesController,
        QuarantineController,
        SweepsController,
        DictionaryController,
        NoticesController,
        EventsController,
      ],
      providers: [
        { provide: SWEEP_CONTROL, inject: sweepControl.inject ?? [], useFactory: sweepControl.useFactory },
        ...accessProviders,
        ...readProviders,
        ...caseProviders,
        ...eventProviders,
      ],
      exports: [UserStore, TeamStore],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.listener.start();
    this.watcher.start();
  }

  /** Before the HTTP server closes: it waits for open streams for ever. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.listener.stop(), this.watcher.stop()]);
    this.stream.close();
  }
}
