import type { WorkingCalendar } from '@tianyan/calendar';
import {
  EvaluationClock,
  EvaluationTickets,
  OpenLoads,
  RetiredRules,
  RuleSets,
  RunningRules,
  type FindingAlerts,
} from '@tianyan/findings';
import type { Clock, Rng } from '@tianyan/kernel';
import { NamedLock } from '@tianyan/postgres';
import { CALENDAR, COUNTY_CLOCK, LOGGER, RNG, SweepRequestsModule, WAREHOUSE } from '@tianyan/runtime';
import { type RuleText, NamesDirectory } from '@tianyan/rules';
import type { WarehouseAdmin } from '@tianyan/warehouse';
import { BullModule } from '@nestjs/bullmq';
import {
  Inject,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type FactoryProvider,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { writeCalendar } from './calendar-table.js';
import { CorrelatorController } from './correlator-controller.js';
import { CorrelatorPipeline } from './correlator-pipeline.js';
import { CurrentRules } from './current-rules.js';
import { LoadJudge } from './load-judge.js';
import { CorrelatorMetrics } from './metrics.js';
import { correlatorProviders } from './providers.js';
import { RuleActivation, type FirstLoad } from './rule-activation.js';
import { SweepRequestProcessor } from './sweep-request-processor.js';
import { SWEEP_QUEUE, SweepProcessor, SweepSchedule } from './sweep-schedule.js';
import { Sweeps } from './sweeps.js';
import { RulesTakeOver } from './rules-take-over.js';
import { TimeLoop } from './time-loop.js';
import { FINDING_ALERTS, FIRST_LOAD, ON_FATAL, RULES } from './tokens.js';

export interface CorrelatorModuleOptions {
  /** What the program was started with; it becomes part of the rules in PostgreSQL. */
  rules: readonly RuleText[];
  /** Modules that export what `firstLoad` injects. */
  imports: readonly DynamicModule[];
  firstLoad: Pick<FactoryProvider<FirstLoad>, 'inject' | 'useFactory'>;
  alerts: FindingAlerts;
  onFatal: (error: unknown) => void;
}

/** What processes that died left behind is ended at the start and this often (rounds of the time loop). */
const CLEAN_UP_EVERY_ROUNDS = 300;

/** Name of the lock under which one correlator at a time does what time brings: two would do the same. The others do live work. */
const BY_TIME = 'correlator/by-time';

/** Name of the lock under which the calendar is written: two at once would choose the same version. */
const CALENDAR_LOCK = 'correlator/calendar';

/** Landed batches, passing time and sweeps → findings. The process connects `correlatorTransport`. BullMQ must be set up. */
@Module({})
export class CorrelatorModule implements OnModuleInit, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly loop: TimeLoop;
  private rounds = 0;
  /** In which epoch it was last looked what rules that no longer run had found. */
  private tidiedEpoch: number | null = null;

  constructor(
    @Inject(CorrelatorPipeline) private readonly pipeline: CorrelatorPipeline,
    @Inject(RuleActivation) private readonly activation: RuleActivation,
    @Inject(LoadJudge) private readonly loadJudge: LoadJudge,
    @Inject(OpenLoads) private readonly loads: OpenLoads,
    @Inject(RunningRules) private readonly running: RunningRules,
    @Inject(RetiredRules) private readonly retired: RetiredRules,
    @Inject(RuleSets) private readonly sets: RuleSets,
    @Inject(RULES) private readonly files: readonly RuleText[],
    @Inject(CurrentRules) private readonly rules: CurrentRules,
    @Inject(RulesTakeOver) private readonly takeOver: RulesTakeOver,
    @Inject(NamesDirectory) private readonly names: NamesDirectory,
    @Inject(Sweeps) private readonly sweeps: Sweeps,
    @Inject(EvaluationClock) private readonly clock: EvaluationClock,
    @Inject(COUNTY_CLOCK) private readonly countyClock: Clock,
    @Inject(EvaluationTickets) private readonly tickets: EvaluationTickets,
    @Inject(WAREHOUSE) private readonly warehouse: WarehouseAdmin,
    @Inject(CALENDAR) private readonly calendar: WorkingCalendar,
    @Inject(NamedLock) private readonly lock: NamedLock,
    @Inject(RNG) rng: Rng,
    @Inject(ON_FATAL) onFatal: (error: unknown) => void,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.loop = new TimeLoop({ round: () => this.round(), onFatal, rng, logger });
  }

  static forRoot(options: CorrelatorModuleOptions): DynamicModule {
    return {
      module: CorrelatorModule,
      imports: [...options.imports, BullModule.registerQueue({ name: SWEEP_QUEUE }), SweepRequestsModule],
      controllers: [CorrelatorController],
      providers: [
        { provide: RULES, useValue: options.rules },
        { provide: FIRST_LOAD, ...options.firstLoad },
        { provide: FINDING_ALERTS, useValue: options.alerts },
        { provide: ON_FATAL, useValue: options.onFatal },
        ...correlatorProviders,
        SweepProcessor,
        SweepRequestProcessor,
        SweepSchedule,
      ],
      exports: [CorrelatorMetrics, CorrelatorPipeline, Sweeps],
    };
  }

  /** Before the transport listens: rules must find their calendar, and announcements the rules that are judged. */
  async onModuleInit(): Promise<void> {
    await this.lock.inTurn(CALENDAR_LOCK, () => writeCalendar(this.warehouse, this.calendar));
    const taken = await this.sets.takeFiles(this.files);
    if (taken.published.length + taken.retired.length > 0) this.logger.info(taken, 'rules were taken from files');
    if (taken.left.length > 0)
      this.logger.warn({ rules: taken.left }, 'files of rules were left aside: a person has published or retired them since');
    await this.running.declare();
    await this.takeOver.now();
    this.loop.start();
  }

  /** A sweep may take longer than the process is given to stop. */
  onModuleDestroy(): void {
    this.sweeps.giveUp();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
    await this.sweeps.idle();
  }

  private async round(): Promise<number> {
    await this.names.refresh();
    await this.takeOver.now();
    await this.clock.advance(this.countyClock.nowMs());
    return (await this.lock.alone(BY_TIME, () => this.roundAlone())) ?? 0;
  }

  private async roundAlone(): Promise<number> {
    const isCleanUp = this.rounds++ % CLEAN_UP_EVERY_ROUNDS === 0;
    if (isCleanUp) {
      await this.tickets.cleanUp();
      await this.sweeps.endDead();
      await this.loads.cleanUp();
    }
    if (isCleanUp || this.tidiedEpoch !== this.rules.epoch()) await this.withdrawRetired();
    const judged = await this.loadJudge.round();
    await this.activation.activateReady();
    return judged + (await this.pipeline.wakeDue());
  }

  private async withdrawRetired(): Promise<void> {
    const epoch = this.rules.epoch();
    const retired = await this.retired.withdraw(this.rules.ruleIds(), epoch);
    if (retired.length > 0) this.logger.warn({ rules: retired }, 'rules that no longer run: what they had found is withdrawn');
    this.tidiedEpoch = epoch;
  }
}
