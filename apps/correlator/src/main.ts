import 'reflect-metadata';
import { configuredRules, runProcess, type ProcessContext } from '@tianyan/runtime';
import { configuredSources, FirstLoads } from '@tianyan/sources';
import { openAlertOutbox } from './alert-outbox.js';
import { clockReadiness } from './clock-readiness.js';
import { CorrelatorModule } from './correlator.module.js';
import { LoadedHistory } from './loaded-history.js';
import { correlatorMigrations } from './migrations.js';
import { correlatorLags, correlatorTransport } from './transport.js';

function correlator({ config, parts, onFatal }: ProcessContext) {
  const { postgres, machineClock, stream } = parts;
  const reads = new FirstLoads(postgres, machineClock, configuredSources(config).sources);
  return CorrelatorModule.forRoot({
    rules: configuredRules(config),
    imports: [],
    firstLoad: { inject: [], useFactory: () => new LoadedHistory(reads, stream.admin()) },
    alerts: openAlertOutbox({ ...parts, config }),
    onFatal,
  });
}

/** The correlator as a process of its own. Several share the announcements; what time brings is done by one at a time. */
await runProcess({
  name: 'correlator',
  migrations: correlatorMigrations,
  modules: (context) => [correlator(context)],
  readiness: ({ parts, config }) => [clockReadiness({ ...parts, config })],
  transports: ({ parts, onFatal }) => [correlatorTransport({ stream: parts.stream, onFatal })],
  lags: () => [correlatorLags()],
});
