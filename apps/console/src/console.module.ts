import { Passkeys, SessionStore, SignIn, SignInSteps, UserStore } from '@tianyan/access';
import { PrecisionQueries } from '@tianyan/findings';
import { TeamStore } from '@tianyan/notices';
import { membersOf, PARTS, type RuntimeParts } from '@tianyan/runtime';
import { CONNECTOR } from '@tianyan/runtime/sources';
import {
  Inject,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type FactoryProvider,
  type ModuleMetadata,
  type OnApplicationBootstrap,
  type Provider,
} from '@nestjs/common';
import { APP_GUARD, Reflector } from '@nestjs/core';
import { AdvisoriesController } from './advisories/advisories.controller.js';
import { AdvisoryCases } from './advisories/advisory-cases.js';
import { BenchCases } from './bench/bench-cases.js';
import { BenchController } from './bench/bench.controller.js';
import { AssignmentCases } from './supervision/assignment-cases.js';
import { AssignmentsController } from './supervision/assignments.controller.js';
import { CampaignCases } from './supervision/campaign-cases.js';
import { CampaignLedger } from './supervision/campaign-ledger.js';
import { CampaignTaskCases } from './supervision/campaign-task-cases.js';
import { CampaignTasksController } from './supervision/campaign-tasks.controller.js';
import { CampaignsController } from './supervision/campaigns.controller.js';
import { CircularAssignmentCases } from './supervision/circular-assignment-cases.js';
import { CircularAssignmentsController } from './supervision/circular-assignments.controller.js';
import { CircularCases } from './supervision/circular-cases.js';
import { CircularsController } from './supervision/circulars.controller.js';
import { LedgerImportCases } from './ledger-imports/ledger-import-cases.js';
import { LedgerImportsController } from './ledger-imports/ledger-imports.controller.js';
import { DocumentCases } from './supervision/document-cases.js';
import { DocumentsController } from './supervision/documents.controller.js';
import { LetterCases } from './supervision/letter-cases.js';
import { LettersController } from './supervision/letters.controller.js';
import { ProofFileCases } from './supervision/proof-file-cases.js';
import { ProofFilesController, UnitProofFilesController } from './supervision/proof-files.controller.js';
import { RectificationCases } from './supervision/rectification-cases.js';
import { RectificationsController } from './supervision/rectifications.controller.js';
import { CluePeopleCases } from './clue-people/clue-people-cases.js';
import { CluePeopleController } from './clue-people/clue-people.controller.js';
import { ClueCases } from './clues/clue-cases.js';
import { ClueFileCases } from './clues/clue-file-cases.js';
import { ClueFilesController } from './clues/clue-files.controller.js';
import { CluesController } from './clues/clues.controller.js';
import { composeConsole, type ComposedConsole } from './compose-console.js';
import { DictionaryCases } from './dictionary/dictionary-cases.js';
import { DictionaryController } from './dictionary/dictionary.controller.js';
import { DossierCases } from './dossier/dossier-cases.js';
import { LIST_EXPORT_CONTROLLERS } from './exports/list-export-controllers.js';
import { ListExports } from './exports/list-exports.js';
import { ExportsController } from './dossier/exports.controller.js';
import { LedgerCases } from './dossier/ledger-cases.js';
import { StatisticsCases } from './dossier/statistics-cases.js';
import { StatisticsController } from './dossier/statistics.controller.js';
import { EventStream } from './events/event-stream.js';
import { EventsController } from './events/events.controller.js';
import { ExemptionCases } from './exemptions/exemption-cases.js';
import { ExemptionsController } from './exemptions/exemptions.controller.js';
import { FindingCases } from './findings/finding-cases.js';
import { WeekCases } from './findings/week-cases.js';
import { BulkDecisionCases } from './findings/bulk/bulk-decision-cases.js';
import { BulkDecisionsController } from './findings/bulk/bulk-decisions.controller.js';
import { FindingsController } from './findings/findings.controller.js';
import { SessionGuard } from './http/session-guard.js';
import { AlertCases } from './notices/alert-cases.js';
import { AlertsController } from './notices/alerts.controller.js';
import { ChannelCases } from './notices/channel-cases.js';
import { DutyCases } from './notices/duty-cases.js';
import { DutyController } from './notices/duty.controller.js';
import { ChannelsController } from './notices/channels.controller.js';
import { DelegationCases } from './delegations/delegation-cases.js';
import { DelegationsController } from './delegations/delegations.controller.js';
import { HandOverCases } from './hand-over/hand-over-cases.js';
import { HandOverController } from './hand-over/hand-over.controller.js';
import { NoticeCases } from './notices/notice-cases.js';
import { RoutingCases } from './notices/routing-cases.js';
import { NoticesController } from './notices/notices.controller.js';
import { OverviewCases } from './overview/overview-cases.js';
import { OverviewController } from './overview/overview.controller.js';
import { AuditController } from './people/audit.controller.js';
import { GrantsController } from './people/grants.controller.js';
import { PlaceCases } from './places/place-cases.js';
import { PlacesController } from './places/places.controller.js';
import { PeopleCases } from './people/people-cases.js';
import { PeopleController } from './people/people.controller.js';
import { RuleCases } from './rules/rule-cases.js';
import { RuleParameters } from './rules/rule-parameters.js';
import { RuleParametersController } from './rules/rule-parameters.controller.js';
import { RulePausing } from './rules/rule-pauses.js';
import { RulePausesController } from './rules/rule-pauses.controller.js';
import { RulePrecisionController } from './rules/rule-precision.controller.js';
import { RuleCoverageCases } from './rules/rule-coverage-cases.js';
import { RuleCoverageController } from './rules/rule-coverage.controller.js';
import { RuleRunCases } from './rules/rule-run-cases.js';
import { RuleRunsController } from './rules/rule-runs.controller.js';
import { RuleDraftCases } from './rules/rule-draft-cases.js';
import { RuleDraftsController } from './rules/rule-drafts.controller.js';
import { RuleExchange } from './rules/rule-exchange.js';
import { RuleFormCases } from './rules/rule-form-cases.js';
import { RuleFormController } from './rules/rule-form.controller.js';
import { RulePublishing } from './rules/rule-publishing.js';
import { RuleSwitching } from './rules/rule-switching.js';
import { RuleTrials } from './rules/rule-trials.js';
import { RulesController } from './rules/rules.controller.js';
import { RelationCases } from './relations/relation-cases.js';
import { RelationsController } from './relations/relations.controller.js';
import { ScorecardCases } from './scorecards/scorecard-cases.js';
import { ScorecardsController, SurgesController } from './scorecards/scorecards.controller.js';
import { IdentityCases } from './session/identity-cases.js';
import { IdentityController } from './session/identity.controller.js';
import { PasskeyCases } from './session/passkey-cases.js';
import { PasskeysController } from './session/passkeys.controller.js';
import { SecondFactorCases } from './session/second-factor-cases.js';
import { SecondFactorController } from './session/second-factor.controller.js';
import { SearchCases } from './search/search-cases.js';
import { SearchController } from './search/search.controller.js';
import { SessionController } from './session/session.controller.js';
import { SignInBlockCases } from './session/sign-in-block-cases.js';
import { SignInBlocksController } from './session/sign-in-blocks.controller.js';
import { SignInStepController } from './session/sign-in-step.controller.js';
import { LoadCases } from './sources/load-cases.js';
import { MendCases } from './sources/mend-cases.js';
import { QuarantineCases } from './sources/quarantine-cases.js';
import { QuarantineController } from './sources/quarantine.controller.js';
import { SourceCases } from './sources/source-cases.js';
import { SourcesController } from './sources/sources.controller.js';
import { UploadCases } from './sources/upload-cases.js';
import { SweepCases } from './sweeps/sweep-cases.js';
import { SweepsController } from './sweeps/sweeps.controller.js';
import { TimelineCases } from './timelines/timeline-cases.js';
import { TimelinesController } from './timelines/timelines.controller.js';
import { SavedViewCases } from './views/saved-view-cases.js';
import { SavedViewsController } from './views/saved-views.controller.js';
import { CONSOLE, SWEEP_CONTROL, type AskedConnector, type SweepControl } from './tokens.js';

/** What the controllers and the process ask for. */
const offered = membersOf<ComposedConsole>(CONSOLE, {
  users: UserStore,
  teams: TeamStore,
  signIn: SignIn,
  sessions: SessionStore,
  signInBlockCases: SignInBlockCases,
  steps: SignInSteps,
  secondFactorCases: SecondFactorCases,
  passkeys: Passkeys,
  passkeyCases: PasskeyCases,
  identityCases: IdentityCases,
  peopleCases: PeopleCases,
  overviewCases: OverviewCases,
  findingCases: FindingCases,
  bulkDecisionCases: BulkDecisionCases,
  weekCases: WeekCases,
  exemptionCases: ExemptionCases,
  clueCases: ClueCases,
  cluePeopleCases: CluePeopleCases,
  ledgerCases: LedgerCases,
  listExports: ListExports,
  dossierCases: DossierCases,
  statisticsCases: StatisticsCases,
  benchCases: BenchCases,
  timelineCases: TimelineCases,
  placeCases: PlaceCases,
  relationCases: RelationCases,
  searchCases: SearchCases,
  savedViewCases: SavedViewCases,
  clueFileCases: ClueFileCases,
  letterCases: LetterCases,
  rectificationCases: RectificationCases,
  assignmentCases: AssignmentCases,
  documentCases: DocumentCases,
  ledgerImportCases: LedgerImportCases,
  campaignCases: CampaignCases,
  campaignLedger: CampaignLedger,
  campaignTaskCases: CampaignTaskCases,
  proofFileCases: ProofFileCases,
  circularCases: CircularCases,
  circularAssignmentCases: CircularAssignmentCases,
  handOverCases: HandOverCases,
  delegationCases: DelegationCases,
  ruleCases: RuleCases,
  ruleSwitching: RuleSwitching,
  rulePublishing: RulePublishing,
  ruleParameters: RuleParameters,
  rulePausing: RulePausing,
  ruleRunCases: RuleRunCases,
  ruleCoverageCases: RuleCoverageCases,
  precision: PrecisionQueries,
  ruleTrials: RuleTrials,
  ruleDraftCases: RuleDraftCases,
  ruleExchange: RuleExchange,
  ruleFormCases: RuleFormCases,
  advisoryCases: AdvisoryCases,
  sourceCases: SourceCases,
  loadCases: LoadCases,
  uploadCases: UploadCases,
  quarantineCases: QuarantineCases,
  mendCases: MendCases,
  sweepCases: SweepCases,
  scorecardCases: ScorecardCases,
  dictionaryCases: DictionaryCases,
  noticeCases: NoticeCases,
  alertCases: AlertCases,
  routingCases: RoutingCases,
  channelCases: ChannelCases,
  dutyCases: DutyCases,
  stream: EventStream,
});

const providers: Provider[] = [
  {
    provide: CONSOLE,
    inject: [PARTS, CONNECTOR, SWEEP_CONTROL],
    useFactory: (parts: RuntimeParts, connector: AskedConnector, sweepControl: SweepControl) =>
      composeConsole({ ...parts, connector, sweepControl }),
  },
  ...offered,
  {
    provide: APP_GUARD,
    inject: [Reflector, CONSOLE],
    useFactory: (reflector: Reflector, { sessions, audit }: ComposedConsole) => new SessionGuard({ reflector, sessions, audit }),
  },
];

export interface ConsoleModuleOptions {
  /** Provides the connector of the process. */
  sources: DynamicModule;
  /** How this process has sweeps run. */
  sweepControl: Pick<ModuleMetadata, 'imports'> & Pick<FactoryProvider<SweepControl>, 'inject' | 'useFactory'>;
}

const CONTROLLERS: NonNullable<ModuleMetadata['controllers']> = [
  SessionController,
  SignInStepController,
  SecondFactorController,
  PasskeysController,
  IdentityController,
  SignInBlocksController,
  PeopleController,
  GrantsController,
  AuditController,
  OverviewController,
  // Before those whose routes take any word in the same place.
  ExportsController,
  ...LIST_EXPORT_CONTROLLERS,
  StatisticsController,
  BulkDecisionsController,
  FindingsController,
  CluesController,
  CluePeopleController,
  BenchController,
  TimelinesController,
  PlacesController,
  RelationsController,
  SearchController,
  SavedViewsController,
  ClueFilesController,
  DocumentsController,
  LedgerImportsController,
  LettersController,
  RectificationsController,
  AssignmentsController,
  CampaignsController,
  CampaignTasksController,
  CircularsController,
  CircularAssignmentsController,
  ProofFilesController,
  UnitProofFilesController,
  HandOverController,
  DelegationsController,
  RuleDraftsController,
  ExemptionsController,
  RulesController,
  RuleParametersController,
  RulePausesController,
  RuleRunsController,
  RuleCoverageController,
  RulePrecisionController,
  RuleFormController,
  AdvisoriesController,
  SourcesController,
  QuarantineController,
  SweepsController,
  ScorecardsController,
  SurgesController,
  DictionaryController,
  NoticesController,
  AlertsController,
  ChannelsController,
  DutyController,
  EventsController,
];

/** The HTTP API of the console. Needs RuntimeModule beside it; finish the application with `prepareConsole`. */
@Module({})
export class ConsoleModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(@Inject(CONSOLE) private readonly console: ComposedConsole) {}

  static forRoot({ sources, sweepControl }: ConsoleModuleOptions): DynamicModule {
    return {
      module: ConsoleModule,
      imports: [sources, ...(sweepControl.imports ?? [])],
      controllers: CONTROLLERS,
      providers: [
        { provide: SWEEP_CONTROL, inject: sweepControl.inject ?? [], useFactory: sweepControl.useFactory },
        ...providers,
      ],
      exports: [UserStore, TeamStore],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    const { listener, watcher, fileWatch, bulkRunner, tallyWatch } = this.console;
    await listener.start();
    watcher.start();
    fileWatch.start();
    bulkRunner.start();
    tallyWatch.start();
  }

  /** Before the HTTP server closes: it waits for open streams for ever. */
  async beforeApplicationShutdown(): Promise<void> {
    const { listener, watcher, trials, stream, fileWatch, bulkRunner, tallyWatch } = this.console;
    const working = [fileWatch, bulkRunner, tallyWatch];
    await Promise.all([listener.stop(), watcher.stop(), trials.stop(), ...working.map((one) => one.stop())]);
    stream.close();
  }
}
