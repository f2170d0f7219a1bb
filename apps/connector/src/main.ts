import 'reflect-metadata';
import { runProcess, type TianyanConfig } from '@tianyan/runtime';
import { CONNECTOR, SourcesModule } from '@tianyan/runtime/sources';
import { configuredSources, pushEndpoint, sourcesMigrations, type ComposedConnector } from '@tianyan/sources';
import { ConnectorModule } from './connector.module.js';

function connector(config: TianyanConfig) {
  // Checked by the start: no process runs without the key.
  const sources = SourcesModule.forRoot({ ...configuredSources(config), digestKey: config.digestKey ?? '' });
  return [sources, ConnectorModule.forRoot({ sources })];
}

/** The connector as a process of its own: polls, drop folders, pushes. Several share the feeds; each is read by one at a time. */
await runProcess({
  name: 'connector',
  migrations: [sourcesMigrations],
  modules: ({ config }) => connector(config),
  prepare(app, { parts }) {
    const { pushes } = app.get<ComposedConnector>(CONNECTOR, { strict: false });
    // Before the body parsers: the signature of a push is over its bytes.
    app.use('/push', pushEndpoint(pushes, parts.logger));
  },
});
