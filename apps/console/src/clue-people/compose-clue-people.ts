import type { AuditLog, Reveals } from '@tianyan/access';
import { CluePeople, ClueQueries } from '@tianyan/cases';
import type { NamesDirectory } from '@tianyan/rules';
import { configuredHandlingRules, type RuntimeParts } from '@tianyan/runtime';
import { CircularQueries, LetterQueries, RectificationQueries } from '@tianyan/supervision';
import type { ClueCases } from '../clues/clue-cases.js';
import type { FindingCases } from '../findings/finding-cases.js';
import { CluePeopleCases } from './clue-people-cases.js';

/** People whom clues name, with all that is known of them. */
export function composeCluePeople(
  { config, postgres: pool, ids }: Pick<RuntimeParts, 'config' | 'postgres' | 'ids'>,
  shown: { clueCases: ClueCases; findingCases: FindingCases; names: NamesDirectory; audit: AuditLog; reveals: Reveals },
) {
  return {
    cluePeopleCases: new CluePeopleCases({
      ...shown,
      ids,
      rules: configuredHandlingRules(config),
      people: new CluePeople(pool),
      clueQueries: new ClueQueries(pool),
      letterQueries: new LetterQueries(pool),
      circularQueries: new CircularQueries(pool),
      rectificationQueries: new RectificationQueries(pool),
    }),
  };
}
