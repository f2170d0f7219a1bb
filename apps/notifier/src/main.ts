import 'reflect-metadata';
import { configuredSources, QuarantineInflow, SourceStore, sourcesMigrations } from '@tianyan/sources';
import { runProcess, type ProcessContext } from '@tianyan/runtime';
import { notifierMigrations } from './migrations.js';
import { NotifierModule } from './notifier.module.js';
import { watchedSources } from './source-health.js';

function notifier({ config, parts: { postgres, machineClock } }: ProcessContext) {
  const watched = watchedSources(configuredSources(config).sources);
  return NotifierModule.forRoot({
    sources: new SourceStore(postgres, machineClock),
    watched,
    quarantine: new QuarantineInflow(postgres),
  });
}

/** The notifier as a process of its own. Several share the outbox; each delivery is leased by one. */
await runProcess({
  name: 'notifier',
  migrations: notifierMigrations(sourcesMigrations),
  modules: (context) => [notifier(context)],
});
