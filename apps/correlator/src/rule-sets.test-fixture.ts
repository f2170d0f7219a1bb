import { UserStore } from '@tianyan/access';
import { HandlingRules } from '@tianyan/cases';
import { builtInHolidays } from '@tianyan/calendar';
import { builtInCatalogue } from '@tianyan/contracts';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import {
  NO_CLOCK_LIMITS,
  noAlerts,
  RuleDrafts,
  RuleSets,
  type ClockLimits,
  type Finding,
  type FindingAlerts,
  type PublishedAs,
} from '@tianyan/findings';
import { systemClock, uuidSource } from '@tianyan/kernel';
import type { Pool } from '@tianyan/postgres';
import { compileRules, parseRule, type RuleDefinition, type RuleText } from '@tianyan/rules';
import { composeCorrelator } from './compose-correlator.js';
import { openedParts, type Databases } from './correlator.test-fixture.js';
import { nothingPending, type FirstLoad } from './rule-activation.js';

/** Rules as the text of files; JSON is YAML. */
export function asTexts(rules: readonly RuleDefinition[], origin: RuleText['origin'] = 'shipped'): RuleText[] {
  return rules.map((rule) => ({ rule, yaml: JSON.stringify(rule), origin }));
}

/** A correlator as the module puts it together and starts it, with files that say these rules. */
export async function startWithRules(
  databases: Pick<Databases, 'pool' | 'warehouse'>,
  files: readonly RuleDefinition[],
  nowMs: number,
  {
    limits = NO_CLOCK_LIMITS,
    firstLoad = nothingPending,
    alerts: given,
    ...of
  }: { limits?: ClockLimits; firstLoad?: FirstLoad; alerts?: FindingAlerts; maxOwnMsPerHour?: number } = {},
) {
  const withdrawn: string[] = [];
  const told: string[] = [];
  const alerts = given ?? {
    ...noAlerts,
    enqueue: async (_client: unknown, findings: readonly Pick<Finding, 'scope'>[]) =>
      void told.push(...findings.map(({ scope }) => scope)),
    enqueueWithdrawn: async (_client: unknown, findings: readonly Pick<Finding, 'id'>[]) =>
      void withdrawn.push(...findings.map(({ id }) => id)),
  };
  const { register, ...parts } = openedParts(databases, nowMs);
  const correlator = composeCorrelator({
    ...parts,
    // Nothing waits for a clock that stands still: what was put off is judged in the next round.
    latePaceMs: 0,
    ...of,
    alerts,
    limits,
    firstLoad,
    catalogue: builtInCatalogue,
    holidays: builtInHolidays(),
    handlingRules: HandlingRules.of(),
    repeatLater: async () => {},
  });
  // Nobody works through landed batches and wake-ups beside a sweep, so it need not wait for that.
  correlator.live.caughtUp = async () => {};
  const { sets, running, rules, takeOver, evaluationClock, retired, activation, pipeline, sweeper } = correlator;
  const taken = await sets.takeFiles(asTexts(files));
  await running.declare();
  await takeOver.now();
  /** A round of the time loop. */
  const round = async () => {
    await takeOver.now();
    await evaluationClock.advance(parts.clock.nowMs());
    await retired.withdraw(rules.ruleIds(), rules.epoch());
    await activation.activateReady();
    await pipeline.wakeDue();
    await pipeline.judgeLate();
  };
  await round();
  const drift = async () => {
    const result = await sweeper.run({ reason: 'manual', groups: (await activation.active()).groups, differencesAre: 'drift' });
    return result.driftFindings + result.driftWakeUps;
  };
  return { ...correlator, clock: parts.clock, published: parts.published, register, taken, round, drift, withdrawn, told };
}

/** After all that a test takes from files. */
const PUBLISHED_MS = Date.parse('2027-01-01T00:00:00+08:00');

/** As people do it: one writes and submits, another approves, and it is published. */
export async function publishReviewed(pool: Pool, rule: RuleDefinition, as: PublishedAs = 'live'): Promise<void> {
  const clock = { nowMs: () => PUBLISHED_MS };
  const drafts = new RuleDrafts({ pool, clock, ids: uuidSource });
  const text = { yaml: JSON.stringify(rule), ruleId: rule.id, title: rule.title };
  const id = await drafts.create({ ...text, basedOn: null }, 'li.fen');
  const { revision } = (await drafts.get(WHOLE_COUNTY, id)) ?? { revision: 0 };
  await drafts.notePassed({ id, revision, actor: 'li.fen' });
  await drafts.submit({ id, revision, actor: 'li.fen' }, '县里新规', '从别处试过');
  await drafts.review({ id, revision, actor: 'wang.gang' }, 'approved', '看过');
  await new RuleSets(pool, clock).publishDraft(
    { draftId: id, as, actor: 'wang.gang', reason: '县里新规', untriedReason: '从别处试过' },
    readRule,
  );
}

export function readRule(yaml: string): RuleDefinition {
  const rule = parseRule(yaml);
  compileRules([rule], builtInCatalogue);
  return rule;
}

/** Who is told of rules. */
export const ADMINISTRATOR = {
  account: 'wang.gang',
  displayName: '王刚',
  role: 'system-administrator',
  townshipCodes: null,
  password: 'Administrator-2026-xyz',
  mustChangePassword: false,
} as const;

export async function haveAdministrator(pool: Pool): Promise<void> {
  await new UserStore({ pool, ids: uuidSource, clock: systemClock }).create(ADMINISTRATOR);
}
