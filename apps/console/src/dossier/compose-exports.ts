import type { AuditLog, Reveals } from '@tianyan/access';
import { ClueQueries } from '@tianyan/cases';
import { keptSealKey, sealKeyOfSecret, StatisticsQueries, type SealKey } from '@tianyan/dossier';
import type { Files } from '@tianyan/files';
import type { FindingQueries, RuleSets } from '@tianyan/findings';
import type { NamesDirectory } from '@tianyan/rules';
import type { RuntimeParts } from '@tianyan/runtime';
import { join } from 'node:path';
import type { ClueCases } from '../clues/clue-cases.js';
import type { FindingCases } from '../findings/finding-cases.js';
import type { ListSources } from '../exports/exported-list.js';
import { ListExports } from '../exports/list-exports.js';
import { DossierCases } from './dossier-cases.js';
import type { RuleBook } from '../rules/rule-book.js';
import { LedgerCases } from './ledger-cases.js';
import { StatisticsCases } from './statistics-cases.js';

/** What people take out of the platform as files. */
export function composeExports(
  { config, postgres, machineClock, countyClock }: Pick<RuntimeParts, 'config' | 'postgres' | 'machineClock' | 'countyClock'>,
  composed: {
    audit: AuditLog;
    reveals: Reveals;
    files: Files;
    names: NamesDirectory;
    sets: RuleSets;
    rules: RuleBook;
    findings: FindingQueries;
    findingCases: FindingCases;
    clueCases: ClueCases;
  } & ListSources,
) {
  const { audit, reveals, files, names, sets, rules, findingCases: findings, clueCases: clues } = composed;
  const { templatesFolder } = config;
  let key: SealKey | null = null;
  return {
    listExports: new ListExports({ sources: composed, names, audit, machineClock }),
    ledgerCases: new LedgerCases({ findings, clues, names, audit, machineClock }),
    dossierCases: new DossierCases({
      clues,
      clueQueries: new ClueQueries(postgres),
      findings,
      findingQueries: composed.findings,
      sets,
      files,
      audit,
      reveals,
      machineClock,
      sealKey: () => (key ??= sealKeyFor(config)),
      templatesFolder,
    }),
    statisticsCases: new StatisticsCases({
      statistics: new StatisticsQueries(postgres),
      rules,
      names,
      audit,
      countyClock,
      machineClock,
      templatesFolder,
    }),
  };
}

/** Consoles of a cluster share the digest key and no folder; a key of each of their own would leave dossiers that nobody can verify. */
function sealKeyFor({ dossierKeyFile, digestKey, dataDirectory }: RuntimeParts['config']): SealKey {
  if (dossierKeyFile === null && digestKey !== null) return sealKeyOfSecret(digestKey);
  return keptSealKey(dossierKeyFile ?? join(dataDirectory, 'dossier-seal.pem'));
}
