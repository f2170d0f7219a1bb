import type { Reach } from '@tianyan/access';
import type { WorkingCalendar } from '@tianyan/calendar';
import type { Catalogue } from '@tianyan/contracts';
import { RefusedError, SECOND_MS, type Clock, type EpochMs } from '@tianyan/kernel';
import {
  asKnownAt,
  checkRule,
  CURRENT_RECORDS,
  inputCountQuery,
  scopeCountQuery,
  type CheckedExample,
  type CountedAmong,
  type Evaluation,
  type ParameterSetting,
  type RecordSource,
  type RuleDefinition,
} from '@tianyan/rules';
import { isTooMuchAtOnce, type WarehouseReader } from '@tianyan/warehouse';
import type { EvaluationGroup } from '../ports.js';
import { asSet, type ParameterSettings } from '../rule-sets/parameter-settings.js';
import { evaluationGroups } from '../rule-sets/rule-groups.js';
import type { RuleSets } from '../rule-sets/rule-sets.js';
import { isUnderWay, rulesUnderWay } from '../rule-sets/rules-under-way.js';
import type { RuleSwitches } from '../rule-sets/rule-switches.js';
import { effectiveSwitch, limitedBy } from '../rule-sets/switches.js';
import { KnownCases } from './known-cases.js';
import type { StandingFindings } from './standing-findings.js';
import { TrialEvaluation } from './trial-evaluation.js';
import { hitsWithin, seesAll, trialReachOf } from './trial-reach.js';
import { TrialTally } from './trial-tally.js';
import type { TrialPeriod, TrialResult } from './trial.js';
import { whyNothingFound } from './why-nothing.js';

/** What a rule is tried with. Nothing of it is written to. */
export interface TrialParts {
  warehouse: WarehouseReader;
  sets: Pick<RuleSets, 'published' | 'progress'>;
  switches: Pick<RuleSwitches, 'read'>;
  parameters: Pick<ParameterSettings, 'standing'>;
  standing: StandingFindings;
  catalogue: Catalogue;
  calendar: WorkingCalendar;
  countyClock: Clock;
  /** Tries the examples of a rule that compiles; `ExampleProcess` of libs/rules fits. */
  examples: { tried(yaml: string, signal: AbortSignal): Promise<readonly CheckedExample[]> };
  /** Makes ready {@link explain}: reads the names of units and places. */
  beforeExplaining: () => Promise<unknown>;
  /** Chinese text that names the figures. */
  explain: (rule: RuleDefinition, evaluation: Evaluation) => string;
}

export interface TrialRequest {
  rule: RuleDefinition;
  /** Its text. */
  yaml: string;
  /** What would be set for its parameters; missing: what stands. */
  settings?: readonly ParameterSetting[] | undefined;
  /** Sources to which the rule's own switch would limit it, null: to none; missing: what stands. */
  limitedTo?: readonly string[] | null | undefined;
  /** Of who asks. */
  reach: Reach;
  /** Only problems that came about in it are counted and compared; missing: all. */
  period?: TrialPeriod | null;
  /**
   * Judged is what was known at this instant, by the records received until then, and nothing is compared with what stands; null or
   * missing: now.
   */
  knownAtMs?: EpochMs | null;
  /** Numbers of cases that somebody knows, each once. */
  known?: readonly string[];
  /** Throws, with its reason, what is under way. */
  signal: AbortSignal;
  /** 0 to 1. */
  onProgress: (progress: number) => void;
}

/** How much of the time each part takes, as far as can be said before. */
const AFTER_COUNTS = 0.15;
const AFTER_EVALUATION = 0.98;

/**
 * Tries a rule: its examples, and all records that there are, by SQL as a sweep does, against the findings that stand. Both at once:
 * the start of the process that tries examples takes as long as a year of records.
 */
export async function runTrial(parts: TrialParts, request: TrialRequest): Promise<TrialResult> {
  const { yaml, settings } = request;
  const ending = new AbortController();
  const signal = AbortSignal.any([request.signal, ending.signal]);
  // The examples prove the text; a county's numbers are not in them.
  const examples = settings === undefined ? parts.examples.tried(yaml, signal) : Promise.resolve([]);
  const records = overRecords(parts, { ...request, signal });
  try {
    const [tried, found] = await Promise.all([examples, records]);
    return { ...found, examples: tried.map(({ name, differences }) => ({ name, differences: [...differences] })) };
  } catch (error) {
    // Nobody waits for the other half; it has to be over before the next trial may begin.
    ending.abort(error);
    await Promise.allSettled([examples, records]);
    throw error;
  }
}

async function overRecords(parts: TrialParts, request: TrialRequest): Promise<Omit<TrialResult, 'examples'>> {
  const { reach, signal, onProgress, period = null, knownAtMs = null } = request;
  const rule = await asItWouldRun(parts, request);
  const group = groupOf(parts, rule);
  const records = knownAtMs === null ? CURRENT_RECORDS : asKnownAt(knownAtMs);
  let readRows = 0;
  const onRead = (rows: number) => void (readRows += rows);
  const evaluation = new TrialEvaluation(parts.warehouse, signal, records, onRead);
  const among: CountedAmong = { records, ...trialReachOf(reach) };
  const { inputs, scopes, allScopes } = await counted(parts.catalogue, { rule, evaluation, among, reach });
  onProgress(AFTER_COUNTS);

  const published = (await parts.sets.published()).find(({ ruleId }) => ruleId === rule.id);
  const comparable = knownAtMs === null && published?.rule?.scope.join() === rule.scope.join();
  // Before what stands is read: a rule that comes to its end meanwhile is told as under way all the same.
  const underWay = comparable && isUnderWay(rule, rulesUnderWay(await parts.sets.progress()));
  const stored = comparable ? await parts.standing.answers(reach, rule.id, period) : null;
  const known = new KnownCases(await parts.standing.confirmed(reach, rule, period), request.known ?? []);
  const isSeen = hitsWithin(reach, rule, parts.catalogue);
  const tally = new TrialTally({ stored, period, isSeen, known });
  const nowMs = knownAtMs ?? parts.countyClock.nowMs();
  for await (const { evaluations, share } of evaluation.everything(group, nowMs, allScopes)) {
    tally.add(evaluations);
    onProgress(AFTER_COUNTS + share * (AFTER_EVALUATION - AFTER_COUNTS));
  }
  signal.throwIfAborted();
  await parts.beforeExplaining();
  const explain = (one: Evaluation) => group.explain(one);
  const tallied = tally.result(nowMs, explain);
  const changed = tally.changes(explain);
  const changes = changed && {
    ...changed,
    lostSamples: await parts.standing.samples(reach, rule.id, tally.lostScopes()),
  };
  const nothing =
    tallied.hits > 0
      ? null
      : await whyNothingFound({
          rule,
          catalogue: parts.catalogue,
          reach,
          among,
          period,
          outside: tally.outside,
          evaluation,
          isSeen,
          judge: (other, each) => judgedBy(parts, other, { records, signal, nowMs, allScopes, onRead }, each),
        });
  return {
    rule: { id: rule.id, version: rule.version, title: rule.title },
    roles: rule.roles,
    nowMs,
    period,
    knownAtMs,
    scopes,
    readRows,
    ...tallied,
    nothing,
    due: seesAll(reach, rule) ? tally.due : null,
    inputs,
    ...known.result(),
    changes,
    underWay,
    standingVersion: published?.version ?? null,
  };
}

/** Longest time for one more judgement of everything that only helps to say why nothing was found. */
const MAX_WHY_MS = 15 * SECOND_MS;

/** Judges everything by another text of the rule; false where that takes too long or too much: what was found is told without. */
async function judgedBy(
  parts: TrialParts,
  rule: RuleDefinition,
  how: {
    records: RecordSource;
    signal: AbortSignal;
    nowMs: EpochMs;
    allScopes: number;
    onRead: (rows: number) => void;
  },
  each: (evaluation: Evaluation) => void,
): Promise<boolean> {
  const { records, signal, nowMs, allScopes, onRead } = how;
  const patience = AbortSignal.timeout(MAX_WHY_MS);
  const evaluation = new TrialEvaluation(parts.warehouse, AbortSignal.any([signal, patience]), records, onRead);
  try {
    for await (const { evaluations } of evaluation.everything(groupOf(parts, rule), nowMs, allScopes))
      for (const one of evaluations) each(one);
    return true;
  } catch (error) {
    if (signal.aborted || !(patience.aborted || isTooMuchAtOnce(error))) throw error;
    return false;
  }
}

const NO_SOURCE =
  '规则自己、规则包的开关和这条规则的开关所限定的数据源没有一个是共同的：这样它不研判，已有而尚未处理的疑点都会撤回';

/**
 * With its parameters and the sources to which people have limited it, or would: published, it is judged so. Switched off, it is tried too. Throws
 * RefusedError where no source is left to it: what it would find then is nothing, and what it finds over all sources says nothing.
 */
async function asItWouldRun(
  { switches, parameters, catalogue }: TrialParts,
  { rule: text, settings, limitedTo }: TrialRequest,
): Promise<RuleDefinition> {
  const set = settings ?? (await parameters.standing()).get(text.id)?.settings ?? [];
  const { rule } = asSet(text, set, (one) => checkRule(one, catalogue).length === 0);
  const standing = await switches.read();
  const state = limitedTo === undefined ? standing : limitedBy(standing, rule.id, limitedTo);
  const { sources } = effectiveSwitch(rule, state);
  if (sources?.length === 0) throw new RefusedError('conflict', NO_SOURCE);
  return sources === null ? rule : { ...rule, sources: [...sources] };
}

/** Of rules whose answers are not stored: nothing is compared by what the calendar says. */
export function unstoredGroups(
  { catalogue, calendar, explain }: TrialParts,
  rules: readonly RuleDefinition[],
): EvaluationGroup[] {
  return evaluationGroups({ rules, catalogue, calendarFingerprint: '', notices: calendar, explain });
}

function groupOf(parts: TrialParts, rule: RuleDefinition): EvaluationGroup {
  const [group] = unstoredGroups(parts, [rule]);
  if (!group) throw new Error(`the rule ${rule.id} compiles to nothing`);
  return group;
}

/** How much there is, within the reach of who asks; and how many scopes there are in all, by which the work is cut. */
async function counted(
  catalogue: Catalogue,
  of: { rule: RuleDefinition; evaluation: TrialEvaluation; among: CountedAmong; reach: Reach },
): Promise<Pick<TrialResult, 'inputs' | 'scopes'> & { allScopes: number }> {
  const { rule, evaluation, among, reach } = of;
  const inputs: TrialResult['inputs'] = [];
  for (const [input, { type }] of Object.entries(rule.inputs)) {
    const query = inputCountQuery(rule, input, { catalogue, among });
    const count = query && (await evaluation.count(query));
    inputs.push(count ? { ...count, fields: [...count.fields] } : { input, type, records: null, passing: null, fields: [] });
  }
  const scopesAmong = async (which: CountedAmong) => {
    const query = scopeCountQuery(rule, { catalogue, among: which });
    return query && evaluation.count(query);
  };
  const allScopes = (await scopesAmong({ ...among, townshipCodes: null, problemClasses: null })) ?? 0;
  return { inputs, scopes: seesAll(reach, rule) ? allScopes : await scopesAmong(among), allScopes };
}
