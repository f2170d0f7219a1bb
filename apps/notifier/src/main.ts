import 'reflect-metadata';
import { accessMigrations } from '@tianyan/access';
import { configuredSources, connectorMigrations, SourceStore } from '@tianyan/connector-app';
import { noticeMigrations } from '@tianyan/notices';
import { runProcess, type ProcessContext } from '@tianyan/runtime';
import { NotifierModule } from './notifier.module.js';
import { watchedSources } from './source-health.js';

function notifier({ config, parts: { postgres, machineClock } }: ProcessContext) {
  const watched = watchedSources(configuredSources(config).sources);
  return NotifierModule.forRoot({ sources: new SourceStore(postgres, machineClock), watched });
}

/** The notifier as a process of its own. Several share the outbox; each delivery is leased by one. */
await runProcess({
  name: 'notifier',
  // How the sources are doing stands with the connector; who runs the platform, with the accounts.
  migrations: [connectorMigrations, noticeMigrations, accessMigrations],
  modules: (context) => [notifier(context)],
});
