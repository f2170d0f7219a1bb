import { CountyWide, UserStore } from '@tianyan/access';
import { TeamStore } from '@tianyan/notices';
import {
  Inject,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type FactoryProvider,
  type OnApplicationBootstrap,
  type Provider,
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
import { HELD_LISTS, MAPPINGS, MENDS, QUARANTINE, SOURCES, SWEEP_CONTROL, UPLOADS } from './ports.js';
import type {
  HeldListsPort,
  MappingsPort,
  MendsPort,
  QuarantinePort,
  SourcesPort,
  SweepControlPort,
  UploadPort,
} from './ports.js';
import { accessProviders, caseProviders, eventProviders, readProviders } from './providers.js';
import { RulesController } from './rules/rules.controller.js';
import { SessionController } from './session/session.controller.js';
import { SignInBlocksController } from './session/sign-in-blocks.controller.js';
import { QuarantineController } from './sources/quarantine.controller.js';
import { SourcesController } from './sources/sources.controller.js';
import { SweepsController } from './sweeps/sweeps.controller.js';

/** What other apps do for the console; the process that composes them fills it. */
export interface ConsolePorts {
  sources: SourcesPort;
  heldLists: HeldListsPort;
  quarantine: QuarantinePort;
  mappings: MappingsPort;
  mends: MendsPort;
  uploads: UploadPort;
  sweepControl: SweepControlPort;
}

/** How a process makes the ports from what its other modules export. */
export interface ConsoleModuleOptions {
  imports: readonly DynamicModule[];
  inject: FactoryProvider['inject'];
  useFactory: FactoryProvider<ConsolePorts>['useFactory'];
}

const PORTS = Symbol('CONSOLE_PORTS');

const portOf = (token: symbol, name: keyof ConsolePorts): Provider => ({
  provide: token,
  inject: [PORTS],
  useFactory: (ports: ConsolePorts) => ports[name],
});

/** The HTTP API of the console. Needs RuntimeModule beside it; finish the application with `prepareConsole`. */
@Module({})
export class ConsoleModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(EventStream) private readonly stream: EventStream,
    @Inject(PostgresListener) private readonly listener: PostgresListener,
    @Inject(StateWatcher) private readonly watcher: StateWatcher,
  ) {}

  static forRoot(options: ConsoleModuleOptions): DynamicModule {
    return {
      module: ConsoleModule,
      imports: [...options.imports],
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
        { provide: PORTS, inject: options.inject ?? [], useFactory: options.useFactory },
        portOf(SOURCES, 'sources'),
        portOf(HELD_LISTS, 'heldLists'),
        {
          provide: QUARANTINE,
          inject: [PORTS],
          useFactory: ({ quarantine, mends }: ConsolePorts) => new CountyWide({ quarantine, mends }),
        },
        portOf(MAPPINGS, 'mappings'),
        portOf(MENDS, 'mends'),
        portOf(UPLOADS, 'uploads'),
        portOf(SWEEP_CONTROL, 'sweepControl'),
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
