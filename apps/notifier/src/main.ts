import 'reflect-metadata';
import { noticeMigrations } from '@tianyan/notices';
import { runProcess } from '@tianyan/runtime';
import { NotifierModule } from './notifier.module.js';

/** The notifier as a process of its own. Several share the outbox; each delivery is leased by one. */
await runProcess({ name: 'notifier', migrations: [noticeMigrations], modules: () => [NotifierModule] });
