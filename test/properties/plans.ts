import { builtInHolidays, WorkingCalendar } from '@tianyan/calendar';
import { builtInCatalogue } from '@tianyan/contracts';
import { DAY_MS } from '@tianyan/kernel';
import { loadPack, type RuleDefinition, type RuleKind } from '@tianyan/rules';
import fc from 'fast-check';
import { draftOfAnyKind, draftsOfKind, type Draft } from './arbitrary-rules.js';
import { ruleOf } from './arbitrary/drafted-rule.js';
import { BASE_MS } from './county.js';
import { arrivalsOf, historyArbitrary } from './history.js';
import { judgedTogether, oracle, oracleRecord } from './oracle/index.js';
import type { WorldPlan } from './world.js';

/** Histories that share one database and one pass. Most of a query's time goes into its analysis, whatever the rows. */
export const HISTORIES_PER_WORLD = 100;
/** Random rules of each kind that hit; more of those whose queries are analysed fast. */
const HITTING_RULES: Readonly<Record<RuleKind, number>> = {
  match: 1,
  count: 3,
  ratio: 2,
  outlier: 2,
  sequence: 2,
  absence: 1,
  join: 2,
  duration: 2,
  rotation: 2,
  split: 2,
  similar: 2,
  score: 2,
  sql: 1,
};
/** Random rules beside them. */
const FURTHER_RULES = 4;
const calendar = new WorkingCalendar(builtInHolidays());
/** In the middle of what happens. */
const END_MS = BASE_MS + 40 * DAY_MS;
/** Worlds after which every shipped rule has had its turn. */
const SHARES_OF_PACK = 3;

export const RULE_KINDS = [
  'match',
  'count',
  'ratio',
  'outlier',
  'sequence',
  'absence',
  'join',
  'duration',
  'rotation',
  'split',
  'similar',
  'score',
  'sql',
] as const satisfies readonly RuleKind[];

export const shipped: readonly RuleDefinition[] = loadPack();

/** Drafts per rule among which one that hits is looked for. */
const CANDIDATES = 12;
/** Scopes in which a rule must hit at the end of its histories to be no idle one. */
const ENOUGH_HITS = 10;

/** Everything follows from the seed. */
export function planOf(seed: number, size = HISTORIES_PER_WORLD): WorldPlan {
  const histories = fc.sample(historyArbitrary, { seed, numRuns: size }).map((history, index) => ({ index, history }));
  const drafts: Draft[] = [
    ...RULE_KINDS.flatMap((kind) => {
      const wanted = HITTING_RULES[kind];
      return hitting(fc.sample(draftsOfKind[kind], { seed, numRuns: CANDIDATES * wanted }), histories, wanted);
    }),
    // Of these some never hit by the oracle: who hits them nevertheless is wrong.
    ...fc.sample(draftOfAnyKind, { seed, numRuns: FURTHER_RULES }),
  ];
  return {
    seed,
    histories,
    rules: [
      ...shipped.filter((_rule, index) => index % SHARES_OF_PACK === seed % SHARES_OF_PACK),
      ...drafts.map((draft, n) => ruleOf(draft, n)),
    ],
  };
}

/** The first drafts that hit in enough scopes after all has arrived, or else those that hit in most: many never do. */
function hitting(drafts: readonly Draft[], histories: WorldPlan['histories'], wanted: number): Draft[] {
  const versions = histories.map(({ index, history }) =>
    arrivalsOf(history, index).map(({ type, record }, n) => oracleRecord(type, record, n)),
  );
  const tried: { draft: Draft; hits: number }[] = [];
  for (const draft of drafts) {
    const rule = ruleOf(draft, 0);
    const hits = judgedTogether(rule, versions)
      .flatMap((known) => oracle({ rule, catalogue: builtInCatalogue, calendar, versions: known, nowMs: END_MS }))
      .filter(({ hit }) => hit).length;
    tried.push({ draft, hits: Math.min(hits, ENOUGH_HITS) });
    if (tried.filter((one) => one.hits === ENOUGH_HITS).length === wanted) break;
  }
  return tried
    .toSorted((a, b) => b.hits - a.hits)
    .slice(0, wanted)
    .map(({ draft }) => draft);
}
