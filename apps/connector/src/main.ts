import 'reflect-metadata';
import { findingsMigrations } from '@tianyan/findings';
import { runProcess, type TianyanConfig } from '@tianyan/runtime';
import { ConnectorModule } from './connector.module.js';
import { connectorMigrations } from './migrations.js';
import { configuredSources } from './sources/configured-sources.js';
import { pushEndpoint } from './webhook/push-endpoint.js';
import { PushReceiver } from './webhook/push-receiver.js';

function connector(config: TianyanConfig) {
  // Checked by the start: no process runs without it.
  return ConnectorModule.forRoot({ ...configuredSources(config), digestKey: config.digestKey ?? '' });
}

/** The connector as a process of its own: polls, drop folders, pushes. Several share the feeds; each is read by one at a time. */
await runProcess({
  name: 'connector',
  // Loads are announced to the findings.
  migrations: [connectorMigrations, findingsMigrations],
  modules: ({ config }) => [connector(config)],
  prepare(app, { parts }) {
    // Before the body parsers: the signature of a push is over its bytes.
    app.use('/push', pushEndpoint(app.get(PushReceiver, { strict: false }), parts.logger));
  },
});
