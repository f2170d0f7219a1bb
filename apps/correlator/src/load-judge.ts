import { recordTopic, WRITER_GROUP, type LandedBatch } from '@tianyan/contracts';
import {
  cohortTouches,
  type CohortTouch,
  type EvaluationGroup,
  type JudgedRules,
  type LoadScopes,
  type OpenLoads,
  type Reconciler,
  type ReconcileResult,
  type ScopesToEvaluate,
  type Sweeper,
  type TopicEnd,
  type UnjudgedLoad,
} from '@tianyan/findings';
import { MAX_COHORTS_PER_CALL } from '@tianyan/rules';
import type { StreamAdmin } from '@tianyan/stream';
import type { Logger } from 'pino';
import { MAX_TOUCHED_SCOPES } from './correlator-pipeline.js';

/**
 * Judges announced loads when their last row has landed; one correlator at a time. Each step stands in the store before the
 * next is taken, so that another correlator goes on where this one died.
 */
export class LoadJudge {
  constructor(
    private readonly parts: {
      loads: OpenLoads;
      loadScopes: LoadScopes;
      admin: Pick<StreamAdmin, 'lag'>;
      active: () => Promise<JudgedRules>;
      reconciler: Reconciler;
      sweeper: Sweeper;
      logger: Logger;
      onJudged?: (result: ReconcileResult) => void;
    },
    /** Above so many scopes of a group all of it is judged: one pass over everything is cheaper, and needs no list of them. */
    private readonly maxScopes = MAX_TOUCHED_SCOPES,
  ) {}

  /** One look at all loads that have not been judged; returns how many were. */
  async round(): Promise<number> {
    const { loads, logger } = this.parts;
    for (const id of await loads.giveUpSilent())
      logger.warn({ load: id }, 'the loader of a load is gone: what has come by now is judged as the whole');
    const unjudged = await loads.unjudged();
    let judged = 0;
    for (const load of unjudged) {
      if (!(await this.isClosed(load, unjudged))) continue;
      await this.judge(load);
      judged++;
    }
    return judged;
  }

  /** Closes the load when all of it has landed. */
  private async isClosed(load: UnjudgedLoad, unjudged: readonly UnjudgedLoad[]): Promise<boolean> {
    switch (load.state) {
      case 'loading':
        return false;
      case 'closed':
        return true;
      case 'landing': {
        if (!(await this.hasLanded(load.ends ?? (await this.noteEnds(load))))) return false;
        // The feeds of a source tell of the same things: the order stands in one, its steps in another.
        if (unjudged.some(({ source, state }) => state === 'loading' && source === load.source)) return false;
        await this.parts.loads.close(load.id);
        return true;
      }
      default:
        return load.state satisfies never;
    }
  }

  /** Not before the loader said that the stream has all: what comes later by itself does no harm in being waited for. */
  private async noteEnds({ id, types }: UnjudgedLoad): Promise<TopicEnd[]> {
    const lags = await this.parts.admin.lag(WRITER_GROUP, types.map(recordTopic));
    const ends = lags.map(({ topic, partition, endOffset }) => ({ topic, partition, endOffset }));
    await this.parts.loads.noteEnds(id, ends);
    return ends;
  }

  /** Writers commit an offset after its batch is visible and announced. */
  private async hasLanded(ends: readonly TopicEnd[]): Promise<boolean> {
    const lags = await this.parts.admin.lag(WRITER_GROUP, [...new Set(ends.map(({ topic }) => topic))]);
    const byPartition = new Map(lags.map((lag) => [`${lag.topic}/${lag.partition}`, lag]));
    return ends.every(({ topic, partition, endOffset }) => {
      const lag = byPartition.get(`${topic}/${partition}`);
      return endOffset === 0 || (lag !== undefined && (lag.lagMessages === 0 || (lag.committedOffset ?? 0) >= endOffset));
    });
  }

  /** Which groups are active is asked after the load is closed: one that becomes active later is swept, and sees the whole. */
  private async judge(load: UnjudgedLoad): Promise<void> {
    const { loads, loadScopes, reconciler, sweeper, logger } = this.parts;
    const few: ScopesToEvaluate[] = [];
    const many: EvaluationGroup[] = [];
    const { epoch, groups } = await this.parts.active();
    for (const group of groups) {
      // What is judged at a rate is by its own turns, and no scope says that it was touched.
      if (group.everyMs !== undefined) continue;
      const scopes = await loadScopes.all(load, group, this.maxScopes);
      if (scopes === null) many.push(group);
      else if (scopes.length > 0) few.push({ group, scopes });
    }
    let evaluatedScopes = 0;
    if (many.length > 0) {
      const swept = await sweeper.run({ reason: 'first-load', groups: many, differencesAre: 'expected', load: load.id });
      evaluatedScopes += swept.evaluatedScopes;
    }
    const occasion = { kind: 'records', landed: await this.landed(load) } as const;
    const touched = await this.touchedCohorts(load, groups);
    const result = await reconciler.reconcile({ work: few, occasion, epoch, load: load.id, touched });
    evaluatedScopes += result.evaluatedScopes;
    await loads.noteJudged(load.id, evaluatedScopes);
    this.parts.onJudged?.(result);
    const { id, kind, source, givenUp } = load;
    logger.info({ load: id, kind, source, givenUp, evaluatedScopes, events: result.events }, 'load judged');
  }

  /** For the next turns of their rules. */
  private touchedCohorts(load: UnjudgedLoad, groups: readonly EvaluationGroup[]): Promise<readonly CohortTouch[]> {
    return cohortTouches(groups, ({ recordTypes }, { touched }) =>
      this.parts.loadScopes.all(load, { recordTypes, touched }, MAX_COHORTS_PER_CALL),
    );
  }

  private async landed(load: UnjudgedLoad): Promise<Pick<LandedBatch, 'batch' | 'type'>[]> {
    const named = await Promise.all(
      load.types.map(async (type) => (await this.parts.loadScopes.batches(load, type)).map((batch) => ({ type, batch }))),
    );
    return named.flat();
  }
}
