import { LANDED_TOPIC } from '@tianyan/contracts';
import type { EvaluationTickets, LateScopes, LiveProgress, WakeUps } from '@tianyan/findings';
import { MINUTE_MS, RetriableError, type Clock, type Pause } from '@tianyan/kernel';
import type { StreamAdmin } from '@tianyan/stream';
import { CORRELATOR_GROUP } from './transport.js';

/** A sweep gives up its comparison when live is further behind than this; it is tried again later. */
const MAX_WAIT_MS = 2 * MINUTE_MS;
const LOOK_EVERY_MS = 100;

/** Knows when live work has caught up with what had been announced and was due at a given moment. */
export class StreamLiveProgress implements LiveProgress {
  constructor(
    private readonly input: {
      admin: Pick<StreamAdmin, 'lag'>;
      wakeUps: WakeUps;
      late: Pick<LateScopes, 'hurry' | 'isPutOffAnew' | 'waits'>;
      tickets: EvaluationTickets;
      ruleIds: () => readonly string[];
      /** Of those, the rules that are judged by now: nobody judges late scopes of the others. */
      activeRuleIds: () => Promise<readonly string[]>;
      clock: Clock;
      pause: Pause;
    },
  ) {}

  async caughtUp(signal: AbortSignal): Promise<void> {
    const announced = new Map((await this.lag()).map((lag) => [lag.partition, lag.endOffset]));
    const dueMs = await this.input.tickets.nowMs();
    const deadlineMs = this.input.clock.nowMs() + MAX_WAIT_MS;
    const wait = async (isDone: () => Promise<boolean>): Promise<void> => {
      while (!(await isDone())) {
        if (this.input.clock.nowMs() > deadlineMs) throw new RetriableError('live evaluation is more than two minutes behind');
        if (signal.aborted) throw new RetriableError('nobody waits for live evaluation any more');
        await this.input.pause(LOOK_EVERY_MS, signal);
      }
    };
    await wait(async () => (await this.hasReached(announced)) && (await this.nothingDue(dueMs)));
    // What those announcements touched may have been put off: it is judged at once, as somebody waits for it.
    const putOffBy = await this.input.late.hurry();
    await wait(async () => {
      if (!(await this.input.late.waits(putOffBy, await this.input.activeRuleIds()))) return true;
      // A round that was under way has put off, at its own pace, what was touched while it read. Commits wait for whoever hurries.
      if (await this.input.late.isPutOffAnew(putOffBy)) await this.input.late.hurry(putOffBy);
      return false;
    });
  }

  private lag(): ReturnType<StreamAdmin['lag']> {
    return this.input.admin.lag(CORRELATOR_GROUP, [LANDED_TOPIC]);
  }

  private async hasReached(ends: ReadonlyMap<number, number>): Promise<boolean> {
    return (await this.lag()).every(
      (lag) => lag.lagMessages === 0 || (lag.committedOffset ?? 0) >= (ends.get(lag.partition) ?? 0),
    );
  }

  private async nothingDue(nowMs: number): Promise<boolean> {
    return (await this.input.wakeUps.due(nowMs, this.input.ruleIds())).length === 0;
  }
}
