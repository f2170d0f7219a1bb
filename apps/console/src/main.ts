import 'reflect-metadata';
import { UserStore } from '@tianyan/access';
import { TeamStore } from '@tianyan/notices';
import { runProcess, SweepRequests, SweepRequestsModule, type ProcessContext } from '@tianyan/runtime';
import { SourcesModule } from '@tianyan/runtime/sources';
import { configuredSources } from '@tianyan/sources';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ConsoleModule } from './console.module.js';
import { prepareConsole } from './http/prepare-app.js';
import { consoleMigrations } from './migrations.js';
import { ensureDemoTeams } from './session/demo-teams.js';
import { ensureFirstPasswords } from './session/first-passwords.js';
import type { SweepControl } from './tokens.js';

/** The built console, beside the other apps. */
const WEB_DIRECTORY = fileURLToPath(new URL('../../web/dist', import.meta.url));

function consoleModules({ config }: ProcessContext) {
  // Uploads and mended rows are taken in here; polling is the connectors' work. The key is checked by the start.
  const sources = SourcesModule.forRoot({ ...configuredSources(config), digestKey: config.digestKey ?? '' });
  const sweepControl = {
    imports: [SweepRequestsModule],
    inject: [SweepRequests],
    useFactory: (requests: SweepRequests): SweepControl => requests,
  };
  return [sources, ConsoleModule.forRoot({ sources, sweepControl })];
}

/** The console as a process of its own. Several serve the same people: sessions stand in PostgreSQL. */
await runProcess({
  name: 'console',
  migrations: consoleMigrations,
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
