import { clockLimits, type FindingAlerts } from '@tianyan/findings';
import { MINUTE_MS } from '@tianyan/kernel';
import type { RuleText } from '@tianyan/rules';
import {
  configuredHandlingRules,
  membersOf,
  METRICS,
  PARTS,
  showFigures,
  SweepRequests,
  SweepRequestsModule,
  type Metrics,
  type RuntimeParts,
} from '@tianyan/runtime';
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
import { writeCalendar } from './calendar-table.js';
import { composeCorrelator, type Correlator } from './compose-correlator.js';
import { CorrelatorController } from './correlator-controller.js';
import { correlatorFigures } from './correlator-figures.js';
import { CorrelatorPipeline } from './correlator-pipeline.js';
import { CorrelatorMetrics } from './metrics.js';
import type { FirstLoad } from './rule-activation.js';
import { SweepRequestProcessor } from './sweep-request-processor.js';
import { SWEEP_QUEUE, SweepProcessor, SweepSchedule } from './sweep-schedule.js';
import { Sweeps } from './sweeps.js';
import { TimeLoop } from './time-loop.js';
import { CORRELATOR, FIRST_LOAD, ON_FATAL, RULES } from './tokens.js';

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

/** Name of the lock under which one correlator at a time publishes what was found as records. A sweep, which takes long, does not hold it. */
const RECORDS = 'correlator/finding-records';

/** Name of the lock under which rules are judged at their rate: by one process, beside what time brings, since each may take long. */
const AT_RATE = 'correlator/at-rate';

/** Name of the lock under which late scopes are judged: by one process. */
const LATE = 'correlator/late';

/** What one rule can judge is counted so often, rule after rule: a hundred of them within two hours, and each once a day. */
const COVERAGE_EVERY_MS = MINUTE_MS;

/** Name of the lock under which that is counted: by one process. */
const COVERAGE_LOCK = 'correlator/coverage';

/** Name of the lock under which the calendar is written: two at once would choose the same version. */
const CALENDAR_LOCK = 'correlator/calendar';

/** Landed batches, passing time and sweeps → findings. The process connects `correlatorTransport`. BullMQ must be set up. */
@Module({})
export class CorrelatorModule implements OnModuleInit, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly loop: TimeLoop;
  private readonly recordLoop: TimeLoop;
  /** Beside the other, which a first sweep keeps for minutes. */
  private readonly logLoop: TimeLoop;
  /** Beside both: rules that are judged whole, at a rate, may take long. */
  private readonly rateLoop: TimeLoop;
  /** Beside all: first sweeps and loads take minutes, and late records are not to wait for them. */
  private readonly lateLoop: TimeLoop;
  private coveredAtMs = Number.NEGATIVE_INFINITY;
  private rounds = 0;
  /** In which epoch it was last looked what rules that no longer run had found. */
  private tidiedEpoch: number | null = null;

  constructor(
    @Inject(CORRELATOR) private readonly correlator: Correlator,
    @Inject(PARTS) private readonly parts: RuntimeParts,
    @Inject(RULES) private readonly files: readonly RuleText[],
    @Inject(ON_FATAL) onFatal: (error: unknown) => void,
  ) {
    const { rng, logger } = parts;
    this.loop = new TimeLoop({ round: () => this.round(), onFatal, rng, logger });
    this.recordLoop = new TimeLoop({ round: () => this.publishRecords(), onFatal, rng, logger });
    this.logLoop = new TimeLoop({ round: () => this.roundBeside(), onFatal, rng, logger });
    this.rateLoop = new TimeLoop({ round: () => this.judgeAtRate(), onFatal, rng, logger });
    this.lateLoop = new TimeLoop({ round: () => this.judgeLate(), onFatal, rng, logger });
  }

  static forRoot({ rules, imports, firstLoad, alerts, onFatal }: CorrelatorModuleOptions): DynamicModule {
    return {
      module: CorrelatorModule,
      imports: [...imports, BullModule.registerQueue({ name: SWEEP_QUEUE }), SweepRequestsModule],
      controllers: [CorrelatorController],
      providers: [
        { provide: RULES, useValue: rules },
        { provide: FIRST_LOAD, ...firstLoad },
        { provide: ON_FATAL, useValue: onFatal },
        correlatorProvider(alerts),
        ...membersOf<Correlator>(CORRELATOR, { metrics: CorrelatorMetrics, pipeline: CorrelatorPipeline, sweeps: Sweeps }),
        SweepProcessor,
        SweepRequestProcessor,
        SweepSchedule,
      ],
      exports: [CorrelatorMetrics, CorrelatorPipeline, Sweeps],
    };
  }

  /** Before the transport listens: rules must find their calendar, and announcements the rules that are judged. */
  async onModuleInit(): Promise<void> {
    const { warehouse, logger } = this.parts;
    const { lock, calendar, sets, running, takeOver } = this.correlator;
    await lock.inTurn(CALENDAR_LOCK, () => writeCalendar(warehouse, calendar));
    const taken = await sets.takeFiles(this.files);
    if (taken.published.length + taken.retired.length > 0) logger.info(taken, 'rules were taken from files');
    if (taken.left.length > 0)
      logger.warn({ rules: taken.left }, 'files of rules were left aside: a person has published or retired them since');
    await running.declare();
    await takeOver.now();
    this.loop.start();
    this.recordLoop.start();
    this.logLoop.start();
    this.rateLoop.start();
    this.lateLoop.start();
  }

  /** A sweep may take longer than the process is given to stop. */
  async onModuleDestroy(): Promise<void> {
    this.correlator.sweeps.giveUp();
    this.correlator.backlog.end();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.loop.stop(), this.recordLoop.stop(), this.rateLoop.stop(), this.lateLoop.stop()]);
    await this.correlator.sweeps.idle();
    await this.logLoop.stop();
    await this.endLog();
  }

  private async round(): Promise<number> {
    const { names, takeOver, evaluationClock, lock } = this.correlator;
    await names.refresh();
    await takeOver.now();
    await evaluationClock.advance(this.parts.countyClock.nowMs());
    return (await lock.alone(BY_TIME, () => this.roundAlone())) ?? 0;
  }

  private async publishRecords(): Promise<number> {
    const { lock, records } = this.correlator;
    return (await lock.alone(RECORDS, () => records.publish())) ?? 0;
  }

  private async judgeAtRate(): Promise<number> {
    const { lock, rateJudge, rules } = this.correlator;
    // Once a second: most counties have no such rule, and PostgreSQL is not to be asked for a lock about nothing.
    if (rules.groups().every(({ everyMs }) => everyMs === undefined)) return 0;
    await lock.alone(AT_RATE, () => rateJudge.round());
    return 0;
  }

  private async judgeLate(): Promise<number> {
    const { lock, pipeline } = this.correlator;
    return (await lock.alone(LATE, () => pipeline.judgeLate())) ?? 0;
  }

  private async roundAlone(): Promise<number> {
    const { correlator } = this;
    const { tickets, sweeps, loads, rules, loadJudge, activation, pipeline, setAside, exemptionNotices } = correlator;
    const again = await setAside.takeUpDue();
    if (again.length > 0) this.parts.logger.info({ rules: again }, 'rules that were set aside are tried again');
    const isCleanUp = this.rounds++ % CLEAN_UP_EVERY_ROUNDS === 0;
    if (isCleanUp) {
      await tickets.cleanUp();
      await correlator.late.cleanUp();
      await sweeps.endDead();
      await correlator.rateJudge.forget();
      await loads.cleanUp();
      await exemptionNotices.round();
      await correlator.watches.round();
    }
    if (isCleanUp || this.tidiedEpoch !== rules.epoch()) await this.withdrawRetired();
    const judged = await loadJudge.round();
    await activation.activateReady();
    return judged + (await pipeline.wakeDue());
  }

  /** What nothing waits for: the log of what judging takes, what rules can judge, and the samples of a new week. */
  private async roundBeside(): Promise<number> {
    const { runs, lock, evaluationClock, watchesBeside } = this.correlator;
    await runs.flushIfDue();
    const nowMs = this.parts.machineClock.nowMs();
    if (Math.abs(nowMs - this.coveredAtMs) < COVERAGE_EVERY_MS) return 0;
    this.coveredAtMs = nowMs;
    await lock.alone(COVERAGE_LOCK, async () => {
      await this.coverNext();
      // By a clock that has jumped the samples of weeks to come would be drawn, and given out.
      await evaluationClock.advance(this.parts.countyClock.nowMs());
      await watchesBeside.round();
    });
    return 0;
  }

  /** Rules that are judged by now: half of a history would seem to miss whole kinds of steps. */
  private async coverNext(): Promise<void> {
    const { activation, sets, coverages } = this.correlator;
    const [{ groups }, { rules }] = await Promise.all([activation.active(), sets.newest()]);
    const active = new Set(groups.flatMap((group) => group.rules.map(({ id }) => id)));
    await coverages.countNext(rules.map(({ rule }) => rule).filter(({ id }) => active.has(id)));
  }

  /** What was judged stands; that its log misses half a minute is no reason to fail a stop. */
  private async endLog(): Promise<void> {
    try {
      await this.correlator.runs.flush();
    } catch (error) {
      this.parts.logger.warn({ err: error }, 'the last part of the log of what judging took could not be written');
    }
  }

  private async withdrawRetired(): Promise<void> {
    const { rules, retired } = this.correlator;
    const epoch = rules.epoch();
    const withdrawn = await retired.withdraw(rules.ruleIds(), epoch);
    if (withdrawn.length > 0)
      this.parts.logger.warn({ rules: withdrawn }, 'rules that no longer run: what they had found is withdrawn');
    this.tidiedEpoch = epoch;
  }
}

function correlatorProvider(alerts: FindingAlerts): FactoryProvider<Correlator> {
  return {
    provide: CORRELATOR,
    inject: [PARTS, FIRST_LOAD, SweepRequests, METRICS],
    useFactory: (parts: RuntimeParts, firstLoad: FirstLoad, requests: SweepRequests, shown: Metrics) => {
      const limits = clockLimits(parts.config);
      const correlator = composeCorrelator({
        ...parts,
        handlingRules: configuredHandlingRules(parts.config),
        alerts,
        limits,
        firstLoad,
        repeatLater: (asked) => requests.add(asked),
      });
      showFigures(shown, correlatorFigures(correlator.metrics));
      shown.registerMetric(correlator.metrics.delay);
      shown.registerMetric(correlator.metrics.lateDelay);
      return correlator;
    },
  };
}
