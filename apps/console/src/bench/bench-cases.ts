import { isAllowed, Reach, type Actor, type Delegations } from '@tianyan/access';
import { seesClue, type ClueBench } from '@tianyan/cases';
import { chinaDayOf, DAY_MS, startOfChinaDayMs, type Clock } from '@tianyan/kernel';
import { MAX_BENCH_CLUES, STEP_LABELS, type Bench } from '../api/index.js';
import { clueAnswer } from '../clues/clue-answers.js';
import type { ClueCases } from '../clues/clue-cases.js';

/** What is whoever asks's to do. */
export class BenchCases {
  constructor(
    private readonly parts: {
      bench: ClueBench;
      clues: ClueCases;
      countyClock: Clock;
      delegations: Pick<Delegations, 'standingFor'>;
    },
  ) {}

  async get(actor: Actor): Promise<Bench> {
    const { bench, clues, countyClock } = this.parts;
    const nowMs = countyClock.nowMs();
    // A state ends with its last day: at the beginning of the next.
    const todayEndsMs = startOfChinaDayMs(chinaDayOf(nowMs)) + DAY_MS;
    const { id: userId } = actor.user;
    const reach = Reach.of(actor);
    const [mine, waiting, words] = await Promise.all([
      bench.inHand(reach, userId, { nowMs, todayEndsMs }, MAX_BENCH_CLUES),
      this.waitingFor(actor),
      clues.words(),
    ]);
    return {
      mine: mine.clues.map((clue) => ({
        ...clueAnswer(clue, words),
        dueToday: clue.pausedAtMs === null && clue.dueAtMs !== null && clue.dueAtMs >= nowMs && clue.dueAtMs <= todayEndsMs,
      })),
      mineTotal: mine.total,
      mineOverdue: mine.overdue,
      mineDueToday: mine.dueToday,
      waiting: waiting.flatMap(({ items, forName }) =>
        items.map(({ clue, step }) => ({ ...clueAnswer(clue, words), step, stepLabel: STEP_LABELS[step], forName })),
      ),
      waitingTruncated: waiting.some(({ truncated }) => truncated),
    };
  }

  /** What waits for the person, and then for each in whose place the person acts, as that one sees it. */
  private async waitingFor({ user }: Actor) {
    const { bench, delegations } = this.parts;
    const own = await bench.awaiting(Reach.of({ user }), { userId: user.id, role: user.role }, MAX_BENCH_CLUES);
    const all = [{ ...own, forName: null as string | null }]; // the names of others follow
    for (const principal of await delegations.standingFor(user)) {
      const asked = { userId: user.id, role: principal.role, forId: principal.id };
      const { items, truncated } = await bench.awaiting(Reach.of({ user }), asked, MAX_BENCH_CLUES);
      // Whom to assign it to is asked of the list of handlers, which is of those who direct.
      const directs = isAllowed(user.role, 'manage-clues');
      const seen = items.filter(({ clue, step }) => seesClue(principal, clue) && (directs || step !== 'assign'));
      all.push({ items: seen, truncated, forName: principal.displayName });
    }
    return all;
  }
}
