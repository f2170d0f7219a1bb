import 'reflect-metadata';
import { runProcess } from '@tianyan/runtime';
import { MaintenanceModule } from './maintenance.module.js';
import { writerLags, writerTransport } from './transport.js';
import { WriterModule } from './writer.module.js';

/** The writer as a process of its own. Several share the partitions of the record topics. */
await runProcess({
  name: 'writer',
  migrations: [],
  modules: () => [WriterModule, MaintenanceModule],
  transports: ({ parts, onFatal }) => [writerTransport({ stream: parts.stream, catalogue: parts.catalogue, onFatal })],
  lags: ({ parts }) => [writerLags(parts.catalogue)],
});
