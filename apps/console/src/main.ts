import 'reflect-metadata';
import { accessMigrations, UserStore } from '@tianyan/access';
import { noticeMigrations, TeamStore } from '@tianyan/notices';
import {
  ConnectorModule,
  configuredSources,
  connectorMigrations,
  HeldLists,
  Mappers,
  MendService,
  QuarantineService,
  SourceStore,
  UploadService,
} from '@tianyan/connector-app';
import { SweepRequests, SweepRequestsModule } from '@tianyan/correlator-app';
import { findingsMigrations } from '@tianyan/findings';
import { runProcess, type ProcessContext } from '@tianyan/runtime';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ConsoleModule, type ConsolePorts } from './console.module.js';
import { prepareConsole } from './http/prepare-app.js';
import { ensureDemoTeams } from './session/demo-teams.js';
import { ensureFirstPasswords } from './session/first-passwords.js';

/** The built console, beside the other apps. */
const WEB_DIRECTORY = fileURLToPath(new URL('../../web/dist', import.meta.url));

function consoleModules({ config }: ProcessContext) {
  // Uploads and mended rows are taken in here; polling is the connectors' work. The key is checked by the start.
  const intake = ConnectorModule.forRoot({ ...configuredSources(config), digestKey: config.digestKey ?? '', polls: false });
  const consoleModule = ConsoleModule.forRoot({
    imports: [intake, { module: SweepRequestsModule }],
    inject: [SourceStore, HeldLists, QuarantineService, Mappers, MendService, UploadService, SweepRequests],
    useFactory: (
      sources: SourceStore,
      heldLists: HeldLists,
      quarantine: QuarantineService,
      mappings: Mappers,
      mends: MendService,
      uploads: UploadService,
      sweepControl: SweepRequests,
    ): ConsolePorts => ({ sources, heldLists, quarantine, mappings, mends, uploads, sweepControl }),
  });
  return [intake, consoleModule];
}

/** The console as a process of its own. Several serve the same people: sessions stand in PostgreSQL. */
await runProcess({
  name: 'console',
  migrations: [connectorMigrations, findingsMigrations, noticeMigrations, accessMigrations],
  modules: consoleModules,
  async prepare(app, { config, parts }) {
    prepareConsole(app, { webDirectory: existsSync(WEB_DIRECTORY) ? WEB_DIRECTORY : null });
    const accounts = {
      dataDirectory: config.dataDirectory,
      users: app.get(UserStore, { strict: false }),
      teams: app.get(TeamStore, { strict: false }),
    };
    const first = await ensureFirstPasswords(accounts);
    if (config.sandboxServer !== null) await ensureDemoTeams(accounts);
    if (first.made.length > 0) parts.logger.info({ file: first.file }, 'first accounts made; their passwords stand in the file');
  },
});
