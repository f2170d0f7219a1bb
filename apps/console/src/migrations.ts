import { accessMigrations } from '@tianyan/access';
import { casesMigrations } from '@tianyan/cases';
import { filesMigrations } from '@tianyan/files';
import { noticeMigrations } from '@tianyan/notices';
import { findingsMigrations } from '@tianyan/findings';
import { sourcesMigrations } from '@tianyan/sources';
import { supervisionMigrations } from '@tianyan/supervision';

/** Whose tables the console works with, each after those it refers to. */
export const consoleMigrations = [
  sourcesMigrations,
  findingsMigrations,
  noticeMigrations,
  accessMigrations,
  filesMigrations,
  casesMigrations,
  supervisionMigrations,
];
