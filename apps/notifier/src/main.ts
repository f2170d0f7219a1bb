import 'reflect-metadata';
import { alertMigrations } from '@tianyan/alerts';
import { runProcess } from '@tianyan/runtime';
import { NotifierModule } from './notifier.module.js';

/** The notifier as a process of its own. Several share the outbox; each delivery is leased by one. */
await runProcess({ name: 'notifier', migrations: [alertMigrations], modules: () => [NotifierModule] });
