import { accessMigrations } from '@tianyan/access';
import { casesMigrations } from '@tianyan/cases';
import { noticeMigrations } from '@tianyan/notices';
import { findingsMigrations } from '@tianyan/findings';
import { sourcesMigrations } from '@tianyan/sources';
import { supervisionMigrations } from '@tianyan/supervision';

/**
 * Whose tables the correlator works with. The sources': what was read to its end stands there, and which loads are under way.
 * People's: those who run the platform are told of rules that fail.
 */
export const correlatorMigrations = [
  sourcesMigrations,
  findingsMigrations,
  noticeMigrations,
  accessMigrations,
  casesMigrations,
  supervisionMigrations,
];
