import { SessionStore, SignIn, UserStore } from '@tianyan/access';
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
import { ClueCases } from './clues/clue-cases.js';
import { CluesController } from './clues/clues.controller.js';
import { composeConsole, type ComposedConsole } from './compose-console.js';
import { DictionaryCases } from './dictionary/dictionary-cases.js';
import { DictionaryController } from './dictionary/dictionary.controller.js';
import { EventStream } from './events/event-stream.js';
import { EventsController } from './events/events.controller.js';
import { ExemptionCases } from './exemptions/exemption-cases.js';
import { ExemptionsController } from './exemptions/exemptions.controller.js';
import { FindingCases } from './findings/finding-cases.js';
import { WeekCases } from './findings/week-cases.js';
import { FindingsController } from './findings/findings.controller.js';
import { SessionGuard } from './http/session-guard.js';
import { NoticeCases } from './notices/notice-cases.js';
import { NoticesController } from './notices/notices.controller.js';
import { OverviewCases } from './overview/overview-cases.js';
import { OverviewController } from './overview/overview.controller.js';
import { AuditController } from './people/audit.controller.js';
import { GrantsController } from './people/grants.controller.js';
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
import { RuleTrials } from './rules/rule-trials.js';
import { RulesController } from './rules/rules.controller.js';
import { ScorecardCases } from './scorecards/scorecard-cases.js';
import { ScorecardsController, SurgesController } from './scorecards/scorecards.controller.js';
import { SessionController } from './session/session.controller.js';
import { SignInBlockCases } from './session/sign-in-block-cases.js';
import { SignInBlocksController } from './session/sign-in-blocks.controller.js';
import { LoadCases } from './sources/load-cases.js';
import { MendCases } from './sources/mend-cases.js';
import { QuarantineCases } from './sources/quarantine-cases.js';
import { QuarantineController } from './sources/quarantine.controller.js';
import { SourceCases } from './sources/source-cases.js';
import { SourcesController } from './sources/sources.controller.js';
import { UploadCases } from './sources/upload-cases.js';
import { SweepCases } from './sweeps/sweep-cases.js';
import { SweepsController } from './sweeps/sweeps.controller.js';
import { CONSOLE, SWEEP_CONTROL, type AskedConnector, type SweepControl } from './tokens.js';

/** What the controllers and the process ask for. */
const offered = membersOf<ComposedConsole>(CONSOLE, {
  users: UserStore,
  teams: TeamStore,
  signIn: SignIn,
  sessions: SessionStore,
  signInBlockCases: SignInBlockCases,
  peopleCases: PeopleCases,
  overviewCases: OverviewCases,
  findingCases: FindingCases,
  weekCases: WeekCases,
  exemptionCases: ExemptionCases,
  clueCases: ClueCases,
  ruleCases: RuleCases,
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

/** The HTTP API of the console. Needs RuntimeModule beside it; finish the application with `prepareConsole`. */
@Module({})
export class ConsoleModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(@Inject(CONSOLE) private readonly console: ComposedConsole) {}

  static forRoot({ sources, sweepControl }: ConsoleModuleOptions): DynamicModule {
    return {
      module: ConsoleModule,
      imports: [sources, ...(sweepControl.imports ?? [])],
      controllers: [
        SessionController,
        SignInBlocksController,
        PeopleController,
        GrantsController,
        AuditController,
        OverviewController,
        FindingsController,
        CluesController,
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
        EventsController,
      ],
      providers: [
        { provide: SWEEP_CONTROL, inject: sweepControl.inject ?? [], useFactory: sweepControl.useFactory },
        ...providers,
      ],
      exports: [UserStore, TeamStore],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    const { listener, watcher } = this.console;
    await listener.start();
    watcher.start();
  }

  /** Before the HTTP server closes: it waits for open streams for ever. */
  async beforeApplicationShutdown(): Promise<void> {
    const { listener, watcher, trials, stream } = this.console;
    await Promise.all([listener.stop(), watcher.stop(), trials.stop()]);
    stream.close();
  }
}
