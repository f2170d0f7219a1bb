import { CountyWide } from '@tianyan/access';
import { WorkingCalendar } from '@tianyan/calendar';
import { ClueBench, ClueFiles, ClueQueries, Clues, PlaceClues } from '@tianyan/cases';
import { FileCheck, Files, openBlobs } from '@tianyan/files';
import {
  BulkDecisions,
  clockLimits,
  EvaluationClock,
  Exemptions,
  FindingDecisions,
  FindingGroups,
  FindingPlaces,
  FindingRisks,
  FindingQueries,
  FindingSearch,
  FindingTallies,
  LOADER_SILENT_MINUTES,
  LoadQueries,
  MAX_LOAD_HOURS,
  ParameterSettings,
  Places,
  PrecisionQueries,
  RuleCoverages,
  RuleDrafts,
  RuleRunQueries,
  RuleSets,
  RulesSetAside,
  RuleSwitches,
  SavedViews,
  Scorecards,
  ShadowQueries,
  Surges,
  SweepQueries,
  WeekQueries,
} from '@tianyan/findings';
import { HOUR_MS, MINUTE_MS, timerPause } from '@tianyan/kernel';
import { NoticeOutbox } from '@tianyan/notices';
import { NamedLock } from '@tianyan/postgres';
import { ExampleProcess, NamesDirectory } from '@tianyan/rules';
import { configuredHandlingRules, DiskSpace, type RuntimeParts } from '@tianyan/runtime';
import { derivedSubjects, LetterQueries, PlaceLetters } from '@tianyan/supervision';
import type { WarehouseReader } from '@tianyan/warehouse';
import { AdvisoryCases } from './advisories/advisory-cases.js';
import { BenchCases } from './bench/bench-cases.js';
import { composeCluePeople } from './clue-people/compose-clue-people.js';
import { ClueCases } from './clues/clue-cases.js';
import { ClueFileCases } from './clues/clue-file-cases.js';
import { fileWatch } from './clues/file-watch.js';
import { DictionaryCases } from './dictionary/dictionary-cases.js';
import { composeExports } from './dossier/compose-exports.js';
import { ClueAnnouncer } from './events/clue-announcer.js';
import { EventHub } from './events/event-hub.js';
import { EventStream } from './events/event-stream.js';
import { PostgresListener } from './events/postgres-listener.js';
import { StateWatcher } from './events/state-watcher.js';
import { ConfidentialRecords } from './findings/confidential-records.js';
import { HiddenOrders } from './findings/hidden-orders.js';
import { EvidenceReader } from './findings/evidence-reader.js';
import { ExemptionCases } from './exemptions/exemption-cases.js';
import { FindingCases } from './findings/finding-cases.js';
import { BulkDecisionCases } from './findings/bulk/bulk-decision-cases.js';
import { BulkRunner } from './findings/bulk/bulk-runner.js';
import { tallyWatch } from './findings/tally-watch.js';
import { WeekCases } from './findings/week-cases.js';
import { composeHandOver } from './hand-over/compose-hand-over.js';
import { composeNotices, type Notices } from './notices/compose-notices.js';
import { OverviewCases } from './overview/overview-cases.js';
import { RecordCounts } from './overview/record-counts.js';
import { PlaceCases } from './places/place-cases.js';
import { PlaceRecords } from './places/place-records.js';
import { PeopleCases } from './people/people-cases.js';
import { RelationCases } from './relations/relation-cases.js';
import { composeTrials } from './rules/compose-trials.js';
import { RuleBook } from './rules/rule-book.js';
import { RuleCases } from './rules/rule-cases.js';
import { RuleParameters } from './rules/rule-parameters.js';
import { RulePausing } from './rules/rule-pauses.js';
import { RuleCoverageCases } from './rules/rule-coverage-cases.js';
import { RuleRunCases } from './rules/rule-run-cases.js';
import { RuleDraftCases } from './rules/rule-draft-cases.js';
import { RuleExchange } from './rules/rule-exchange.js';
import { RuleFormCases } from './rules/rule-form-cases.js';
import { RulePublishing } from './rules/rule-publishing.js';
import { RuleSwitching } from './rules/rule-switching.js';
import { RuleTrials } from './rules/rule-trials.js';
import { ShownSamples } from './rules/shown-samples.js';
import { ScorecardCases } from './scorecards/scorecard-cases.js';
import { composeAccess, type Access } from './session/compose-access.js';
import { RecordSearch } from './search/record-search.js';
import { SearchCases } from './search/search-cases.js';
import { LoadCases } from './sources/load-cases.js';
import { MendAnswers } from './sources/mend-answers.js';
import { MendCases } from './sources/mend-cases.js';
import { QuarantineCases } from './sources/quarantine-cases.js';
import { SourceCases } from './sources/source-cases.js';
import { ToldSources } from './sources/told-sources.js';
import { UploadCases } from './sources/upload-cases.js';
import { SweepCases } from './sweeps/sweep-cases.js';
import { SavedViewCases } from './views/saved-view-cases.js';
import { CurrentRecords } from './timelines/current-records.js';
import { TimelineCases } from './timelines/timeline-cases.js';
import { TimelineReader } from './timelines/timeline-reader.js';
import { composeSupervision } from './supervision/compose-supervision.js';
import type { AskedConnector, SweepControl } from './tokens.js';

/** What a process has opened and was told, of which a console is made. */
export interface ConsoleParts extends Pick<
  RuntimeParts,
  'config' | 'logger' | 'machineClock' | 'countyClock' | 'rng' | 'ids' | 'postgres' | 'catalogue' | 'holidays'
> {
  warehouse: WarehouseReader;
  /** Of this process. */
  connector: AskedConnector;
  /** How this process has sweeps run. */
  sweepControl: SweepControl;
}

export type ComposedConsole = ReturnType<typeof composeConsole>;

/** What people can ask and do; nothing is listened to before `listener` and `watcher` start. The tables must be there. */
export function composeConsole(parts: ConsoleParts) {
  const access = composeAccess(parts);
  const reads = openReads(parts);
  const rules = composeRules(parts, access, reads);
  const sources = composeSources(parts, access, reads);
  const notices = composeNotices(parts, access, reads);
  const composed = { ...access, ...reads, ...rules, ...sources, ...notices, ...composeFiles(parts) };
  const found = { ...composed, ...composeFindings(parts, composed) };
  const listed = {
    ...found,
    ...composeSupervision(parts, found),
    scorecardCases: composeScorecards(parts, reads),
    peopleCases: new PeopleCases({ ...access, names: reads.names, pool: parts.postgres }),
  };
  return {
    ...listed,
    ...composeExports(parts, listed),
    advisoryCases: composeAdvisories(parts, composed),
    ...composeCluePeople(parts, found),
    ...composeHandOver(parts, found),
    overviewCases: composeOverview(parts, composed),
    ...composeEvents(parts, composed),
  };
}

/** What more than one area reads. */
function openReads({ postgres, warehouse, catalogue, machineClock, countyClock, connector }: ConsoleParts) {
  const names = new NamesDirectory(warehouse, machineClock);
  return {
    names,
    paused: new RulesSetAside({ pool: postgres, clock: machineClock }),
    findings: new FindingQueries(postgres),
    sets: new RuleSets(postgres, machineClock),
    sweeps: new SweepQueries(postgres),
    counts: new RecordCounts({ warehouse, catalogue, machineClock, countyClock }),
    dictionaryCases: new DictionaryCases({ names, catalogue }),
    sources: new ToldSources(connector.sources),
  };
}
type Reads = ReturnType<typeof openReads>;

/** Rules, and the sweeps of them. */
function composeRules(parts: ConsoleParts, { audit }: Access, { sets, findings, sweeps, names, paused, sources }: Reads) {
  const { postgres, warehouse, catalogue, holidays, machineClock, sweepControl: control } = parts;
  const parameters = new ParameterSettings(postgres, machineClock);
  const rules = new RuleBook(sets, catalogue, parameters);
  const switches = new RuleSwitches(postgres);
  const precision = new PrecisionQueries(postgres);
  const examples = new ExampleProcess(holidays);
  const drafts = new RuleDrafts({ pool: postgres, clock: machineClock, ids: parts.ids });
  const shown = new ShownSamples({ catalogue, names, confidential: new ConfidentialRecords(warehouse, catalogue) });
  const coverages = new RuleCoverages({ pool: postgres, warehouse, catalogue, clock: machineClock });
  const ruleCases = new RuleCases({ rules, sets, findings, precision, switches, sources, catalogue });
  const trials = composeTrials(parts, { sets, names, switches, parameters, examples });
  return {
    rules,
    trials,
    drafts,
    rulePublishing: new RulePublishing({ sets, shadows: new ShadowQueries(postgres), shown, catalogue, audit }),
    ruleTrials: new RuleTrials({ trials, rules, catalogue, shown, audit, countyClock: parts.countyClock }),
    ruleDraftCases: new RuleDraftCases({ drafts, sets, trials, catalogue, audit, examples, shown }),
    ruleExchange: new RuleExchange({ drafts, sets, catalogue, audit }),
    ruleParameters: new RuleParameters({ rules, parameters, trials, names, catalogue, audit }),
    rulePausing: new RulePausing({ setAside: paused, audit }),
    ruleCoverageCases: new RuleCoverageCases({ coverages, sets, rules, sources, names, catalogue }),
    ruleRunCases: new RuleRunCases({ runs: new RuleRunQueries(postgres), rules, machineClock }),
    precision,
    ruleCases,
    ruleSwitching: new RuleSwitching({ cases: ruleCases, rules, sets, switches, trials, sources, audit, machineClock }),
    ruleFormCases: new RuleFormCases(catalogue),
    sweepCases: new SweepCases({ sweeps, control, rules, audit }),
  };
}
type Rules = ReturnType<typeof composeRules>;

/** Sources, what they load, their rows that could not be read, and files that people bring. */
function composeSources(parts: ConsoleParts, { audit, reveals }: Access, { counts, sources }: Reads) {
  const { postgres: pool, warehouse, catalogue, machineClock, countyClock, connector } = parts;
  const { held, mappers, uploads, quarantineService, mendService: mends } = connector;
  const quarantine = new CountyWide({ quarantine: quarantineService, mends });
  const answers = new MendAnswers({ mends, sources, mappers, catalogue });
  const waits = { silentMs: LOADER_SILENT_MINUTES * MINUTE_MS, longestMs: MAX_LOAD_HOURS * HOUR_MS };
  return {
    quarantine,
    sourceCases: new SourceCases({ sources, held, quarantine, counts, catalogue, machineClock, countyClock, audit }),
    loadCases: new LoadCases({ loads: new LoadQueries({ pool, warehouse, catalogue }), sources, catalogue }, waits),
    quarantineCases: new QuarantineCases({ quarantine, answers, audit, reveals }),
    mendCases: new MendCases({ quarantine, answers, audit, reveals }),
    uploadCases: new UploadCases({ uploads, catalogue, audit }),
  };
}
type Sources = ReturnType<typeof composeSources>;

/** What people hand in, and whether it still is what it was. */
function composeFiles({ config, postgres: pool, countyClock, machineClock, logger }: ConsoleParts) {
  const blobs = openBlobs(config.files);
  const fileCheck = new FileCheck({ pool, blobs, machineClock });
  return {
    files: new Files({ pool, blobs, countyClock, machineClock }),
    fileCheck,
    fileWatch: fileWatch({ check: fileCheck, lock: new NamedLock(pool), pause: timerPause, logger }),
  };
}
type HandedIn = ReturnType<typeof composeFiles>;

/** Findings with their evidence, what people decide about them, and the clues they become. */
function composeFindings(
  parts: ConsoleParts,
  {
    findings: queries,
    rules,
    precision,
    names,
    paused,
    audit,
    reveals,
    teams,
    teamAlerts,
    users,
    delegations,
    files,
  }: Access & Reads & Rules & Notices & HandedIn,
) {
  const { postgres: pool, warehouse, catalogue, countyClock, config, holidays, ids } = parts;
  const decisions = new FindingDecisions({ pool, countyClock, decided: (client, id) => teamAlerts.endDecided(client, id) });
  const exemptions = new Exemptions({ pool, countyClock });
  const evidence = new EvidenceReader(warehouse, catalogue);
  const confidential = new ConfidentialRecords(warehouse, catalogue);
  const hidden = new HiddenOrders(warehouse, catalogue);
  const words = { rules, names, catalogue, audit };
  const handling = { calendar: new WorkingCalendar(holidays), rules: configuredHandlingRules(config) };
  const outbox = new NoticeOutbox(parts.machineClock);
  const clues = new Clues({ pool, ids, countyClock, decisions, users, outbox, derived: derivedSubjects, ...handling });
  const clueQueries = new ClueQueries(pool);
  const weekCases = new WeekCases({ pool, teams, weeks: new WeekQueries(pool), countyClock });
  const findingCases = new FindingCases({
    ...words,
    weeks: weekCases,
    queries,
    search: new FindingSearch(pool),
    groups: new FindingGroups(pool),
    risks: new FindingRisks(pool),
    precision,
    paused,
    exemptions,
    evidence,
    reveals,
    confidential,
    hidden,
    mappers: parts.connector.mappers,
    clues,
    clueQueries,
  });
  const clueFiles = new ClueFiles({ pool, files, countyClock, ...handling });
  const clueParts = { clues, queries: clueQueries, clueFiles, findings: findingCases, users, names, audit, reveals, countyClock };
  const clueCases = new ClueCases({ ...clueParts, ...handling, delegations });
  const shown = { findings: findingCases, clueQueries, confidential, hidden, catalogue, names };
  return {
    clues,
    findingCases,
    ...composeBulks(parts, { findings: findingCases, users, names, audit }),
    weekCases,
    clueCases,
    savedViewCases: new SavedViewCases(new SavedViews({ pool, ids })),
    benchCases: new BenchCases({ bench: new ClueBench(pool), clues: clueCases, countyClock, delegations }),
    ...composeTimelines(warehouse, { ...shown, letterQueries: new LetterQueries(pool), evidence, audit }),
    ...composePlaces(parts, { ...shown, audit }),
    clueFileCases: new ClueFileCases({ clueFiles, files, queries: clueQueries, clues: clueCases, audit }),
    exemptionCases: new ExemptionCases({ ...words, exemptions, findings: findingCases }),
  };
}

/** Decisions on many findings, and what keeps their numbers short. */
function composeBulks(
  { postgres: pool, ids, machineClock, logger }: ConsoleParts,
  { findings, users, names, audit }: Pick<Access & Reads, 'users' | 'names' | 'audit'> & { findings: FindingCases },
) {
  const bulks = new BulkDecisions({ pool, ids, clock: machineClock });
  return {
    bulkDecisionCases: new BulkDecisionCases({ bulks, findings, names, audit, ids, machineClock }),
    bulkRunner: new BulkRunner({ bulks, findings, users, lock: new NamedLock(pool), pause: timerPause, logger }),
    tallyWatch: tallyWatch({ tallies: new FindingTallies(pool), pause: timerPause, logger }),
  };
}

/** Orders, contracts … with all that is known of them, and how they are found. */
function composeTimelines(warehouse: WarehouseReader, shown: Omit<ConstructorParameters<typeof TimelineCases>[0], 'reader'>) {
  const records = new CurrentRecords(warehouse);
  const reader = new TimelineReader({ records, ...shown });
  return {
    timelineCases: new TimelineCases({ ...shown, reader }),
    searchCases: new SearchCases({ ...shown, records: new RecordSearch({ records, ...shown }), reader }),
  };
}

/** Units, townships and villages with all that is known of them, and what records relate. */
function composePlaces(
  { postgres: pool, warehouse, catalogue, countyClock }: ConsoleParts,
  shown: Pick<ConstructorParameters<typeof PlaceCases>[0], 'findings' | 'confidential' | 'hidden' | 'names' | 'audit'>,
) {
  const places = new Places(warehouse);
  const currentRecords = new CurrentRecords(warehouse);
  const records = new PlaceRecords({ warehouse, catalogue, records: currentRecords });
  const about = { findingPlaces: new FindingPlaces(pool), clues: new PlaceClues(pool), letters: new PlaceLetters(pool) };
  const reader = new TimelineReader({ records: currentRecords, catalogue });
  return {
    placeCases: new PlaceCases({ ...shown, ...about, countyClock, places, records }),
    relationCases: new RelationCases({ ...shown, countyClock, places, placeRecords: records, reader }),
  };
}

/** What an administrator is warned of. */
function composeAdvisories(parts: ConsoleParts, { audit, fileCheck: files }: Access & HandedIn): AdvisoryCases {
  const { config, postgres, holidays, countyClock, machineClock } = parts;
  const calendar = new WorkingCalendar(holidays);
  const clock = new EvaluationClock(postgres, clockLimits(config));
  const disk = new DiskSpace(config.dataDirectory, machineClock);
  const simulated = config.sandboxServer !== null;
  return new AdvisoryCases({ calendar, clock, countyClock, asOfMs: config.asOfMs, simulated, disk, files, audit });
}

/** The state of everything. */
function composeOverview(parts: ConsoleParts, composed: Reads & Sources & Notices): OverviewCases {
  const { config, catalogue, machineClock, countyClock } = parts;
  const { sourceCases: sources, loadCases: loads } = composed;
  return new OverviewCases({ ...composed, sources, loads, catalogue, machineClock, countyClock, asOfMs: config.asOfMs });
}

/** Figures of units and places, and what is complained of more than usual. */
function composeScorecards(parts: ConsoleParts, { names, sets }: Reads): ScorecardCases {
  const { postgres: pool, warehouse, holidays, countyClock, machineClock, catalogue, connector } = parts;
  const calendar = new WorkingCalendar(holidays);
  const hiddenInVillages = () => new HiddenOrders(warehouse, catalogue).anywhere('village');
  const scorecards = new Scorecards({ pool, warehouse, sets, calendar, countyClock, machineClock, hiddenInVillages });
  const { firstLoads } = connector;
  return new ScorecardCases({ scorecards, surges: new Surges({ warehouse, countyClock }), names, firstLoads, catalogue });
}

/** What open consoles hear of. */
function composeEvents(parts: ConsoleParts, { sessions, sweeps, users }: Access & Reads) {
  const { postgres: pool, rng, logger, connector } = parts;
  const hub = new EventHub();
  const clues = new ClueAnnouncer({ queries: new ClueQueries(pool), users, hub, logger });
  return {
    stream: new EventStream(hub, sessions),
    listener: new PostgresListener({ pool, hub, clues, pause: timerPause, rng, logger }),
    watcher: new StateWatcher({ sources: connector.sources, sweeps, hub, pause: timerPause, logger }),
  };
}
