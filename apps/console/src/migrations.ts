import { accessMigrations } from '@tianyan/access';
import { alertMigrations } from '@tianyan/alerts';
import { findingsMigrations } from '@tianyan/findings';
import { sourcesMigrations } from '@tianyan/sources';

/** Whose tables the console works with, each after those it refers to. */
export const consoleMigrations = [sourcesMigrations, findingsMigrations, alertMigrations, accessMigrations];
