import type { AgentState, CallOutcome } from '@tianyan/contracts';
import type { EpochMs } from '@tianyan/kernel';
import { LEAST_RECORDED, longCalls, UNRECORDED_TIMES, withOrders, type PhonedOrder } from './call-orders.js';
import type { CentreRuleId } from '../../stories/story.js';
import { dayCompact } from '../../stories/ordinary-order.js';
import { Dice, STREAM } from '../../world/dice.js';
import { atTime, dayText, startOfDayMs, type DayNumber } from '../../world/work-time.js';
import type { TruthList } from '../../truth/truth.js';

/** One call or one stretch of an agent's state, with when the centre's system published it. */
export interface CentreCall {
  id: string;
  publishedAtMs: EpochMs;
  queuedAtMs: EpochMs;
  agentId: string | null;
  outcome: CallOutcome;
  waitSeconds: number;
  talkSeconds: number | null;
  /** Of the order that the agent took down in this call. */
  orderId: string | null;
}
export interface CentreState {
  id: string;
  publishedAtMs: EpochMs;
  sinceMs: EpochMs;
  agentId: string;
  state: AgentState;
  seconds: number;
}
export interface CentreDay {
  calls: CentreCall[];
  states: CentreState[];
}

/** Days before the live start from which the centre's system keeps its figures: older ones are thrown away there. */
export const CENTRE_DAYS_KEPT = 60;
const AGENTS = 6;
/** Calls of an ordinary day at the least, so that a share means something. */
const CALLS_LEAST = 60;
/** Of the orders a day; the rest come by other ways, and many calls are answered at once. */
const CALLS_PER_ORDER = 1.6;
const SHIFT_STARTS_HOUR = 8;
const SHIFT_SECONDS = 36_000;

/** What is planted with the calls of a day; a plain day stands between. */
const CALL_DAYS = [
  'too-many-abandoned',
  'plain',
  'just-enough-answered',
  'too-slow',
  'few-orders',
  'just-fast-enough',
  'just-enough-orders',
] as const;
/** Stretches that an agent's shift begins its list with; what is planted there, and what only looks like it. */
interface Shift {
  stretches: readonly (readonly [AgentState, number])[];
  problem?: CentreRuleId;
  lookalikes?: readonly (readonly [CentreRuleId, string])[];
}
const SHIFTS: readonly Shift[] = [
  { stretches: [['busy', 1_801], ['rest', 900]], problem: 'agent-busy-long' },
  { stretches: [['busy', 600], ['away', 300]] },
  { stretches: [['busy', 1_800], ['rest', 600]], lookalikes: [['agent-busy-long', '恰好 30 分钟']] },
  { stretches: [['busy', 1_300], ['rest', 600], ['busy', 1_200], ['busy', 1_101]], problem: 'agent-busy-share' },
  { stretches: [['rest', 1_200], ['busy', 420]] },
  { stretches: [['busy', 1_800], ['rest', 600], ['busy', 1_800]], lookalikes: [['agent-busy-share', '恰好占一成']] },
  { stretches: [['away', 901], ['rest', 600]], problem: 'agent-left-post' },
  { stretches: [['rest', 2_400], ['away', 120]] },
  { stretches: [['away', 900], ['busy', 300]], lookalikes: [['agent-left-post', '恰好 15 分钟']] },
  { stretches: [['busy', 3_500], ['rest', 300]], problem: 'agent-busy-long' },
  { stretches: [['away', 2_400], ['away', 300]], problem: 'agent-left-post' },
]; // prettier-ignore
const FILLERS: readonly AgentState[] = ['ready', 'talking', 'after-call'];

/** The telephone side of the hotline: calls in the queue and what the agents did. A function of seed and day. */
export class CallCentre {
  private plannedThrough: DayNumber;
  private readonly kept = new Map<DayNumber, CentreDay>();

  constructor(
    private readonly seed: number,
    readonly startDay: DayNumber,
    ordersPerDay: number,
    private readonly truth: TruthList,
    /** What was taken down at the telephone on a day. */
    private readonly phoned: (day: DayNumber) => readonly PhonedOrder[],
  ) {
    this.plannedThrough = startDay - 1;
    this.callsPerDay = Math.max(CALLS_LEAST, 20 * Math.round((ordersPerDay * CALLS_PER_ORDER) / 20));
  }
  private readonly callsPerDay: number;

  /** Tells the truth of all days up to this one. */
  ensureThrough(day: DayNumber): void {
    while (this.plannedThrough < day) this.tell(++this.plannedThrough);
  }

  /** All that the day's rows will say, ordered by when they are published. */
  rowsOf(day: DayNumber): CentreDay {
    const known = this.kept.get(day);
    if (known) return known;
    const rows = {
      calls: this.callsOfDay(day).sort(byPublication),
      states: Array.from({ length: AGENTS }, (_, agent) => this.statesOf(day, agent)).flat().sort(byPublication),
    }; // prettier-ignore
    if (this.kept.size > CENTRE_DAYS_KEPT * 2) this.kept.clear();
    this.kept.set(day, rows);
    return rows;
  }

  /** The calls, with the orders that they led to. */
  private callsOfDay(day: DayNumber): CentreCall[] {
    const kind = callDay(day);
    const unrecorded = kind === 'few-orders' ? 'many' : kind === 'just-enough-orders' ? 'just-allowed' : 'few';
    return withOrders(this.callsOf(day), this.phoned(day), unrecorded, new Dice(this.seed, STREAM.centre, day, AGENTS + 1));
  }

  private callsOf(day: DayNumber): CentreCall[] {
    const dice = new Dice(this.seed, STREAM.centre, day);
    const kind = callDay(day);
    const { callsPerDay: total } = this;
    const abandoned =
      kind === 'too-many-abandoned'
        ? total / 20 + 1 + dice.int(0, 3)
        : kind === 'just-enough-answered'
          ? total / 20
          : dice.int(0, total / 40);
    const answered = total - abandoned;
    const slow =
      kind === 'too-slow'
        ? Math.floor(answered / 10) + 1 + dice.int(0, 5)
        : kind === 'just-fast-enough'
          ? Math.floor(answered / 10)
          : dice.int(0, answered / 30);
    return Array.from({ length: total }, (_, n): CentreCall => {
      const isAnswered = n >= abandoned;
      const waitSeconds = !isAnswered ? dice.int(20, 180) : n < abandoned + slow ? dice.int(16, 90) : dice.int(1, 15);
      const talkSeconds = isAnswered ? dice.int(20, 600) : null;
      const queuedAtMs = atTime(day, dice.int(7, 20), dice.int(0, 59), dice.int(0, 59));
      return {
        id: `HJ${dayCompact(day)}${String(n + 1).padStart(5, '0')}`,
        publishedAtMs: queuedAtMs + (waitSeconds + (talkSeconds ?? 0)) * 1_000 + lagMs(dice),
        queuedAtMs,
        agentId: isAnswered ? agentId(dice.int(0, AGENTS - 1)) : null,
        outcome: isAnswered ? 'answered' : 'abandoned',
        waitSeconds,
        talkSeconds,
        orderId: null,
      };
    });
  }

  /** The stretches of a shift follow each other without a gap and fill it. */
  private statesOf(day: DayNumber, agent: number): CentreState[] {
    const dice = new Dice(this.seed, STREAM.centre, day, agent + 1);
    const special = [...shiftOf(day, agent).stretches];
    const stretches: (readonly [AgentState, number])[] = [];
    let left = SHIFT_SECONDS - special.reduce((sum, [, seconds]) => sum + seconds, 0);
    while (left > 0) {
      const seconds = Math.min(left, dice.int(300, 1_500));
      stretches.push([dice.pick(FILLERS), seconds]);
      left -= seconds;
      const next = special.shift();
      if (next) stretches.push(next);
    }
    let sinceMs = atTime(day, SHIFT_STARTS_HOUR, 0);
    return stretches.map(([state, seconds], n) => {
      const row = {
        id: `ZT${dayCompact(day)}${agent + 1}${String(n + 1).padStart(3, '0')}`,
        publishedAtMs: sinceMs + seconds * 1_000 + lagMs(dice),
        sinceMs, agentId: agentId(agent), state, seconds,
      }; // prettier-ignore
      sinceMs += seconds * 1_000;
      return row;
    });
  }

  private tell(day: DayNumber): void {
    // The orders of the day itself are not planned yet.
    if (day > this.startDay) this.tellOrders(day - 1);
    const overMs = startOfDayMs(day + 1);
    const kind = callDay(day);
    if (kind === 'too-many-abandoned') this.problem('connection-rate-low', dayText(day), overMs, overMs, '接通率不到 95%');
    if (kind === 'too-slow') this.problem('slow-answer', dayText(day), overMs, overMs, '15 秒内接听不到九成');
    if (kind === 'just-enough-answered') this.lookalike('connection-rate-low', dayText(day), overMs, '接通率恰好 95%');
    if (kind === 'just-fast-enough') this.lookalike('slow-answer', dayText(day), overMs, '15 秒内接听不少于九成');
    for (let agent = 0; agent < AGENTS; agent++) {
      const { problem, lookalikes = [] } = shiftOf(day, agent);
      const scope = `${agentId(agent)}|${dayText(day)}`;
      for (const [rule, why] of lookalikes) this.lookalike(rule, scope, overMs, why);
      if (problem === 'agent-busy-share') this.problem(problem, scope, overMs, overMs, '示忙超过班次的一成');
      else if (problem) {
        const state = problem === 'agent-busy-long' ? 'busy' : 'away';
        const row = this.statesOf(day, agent).reduce((longest, r) => (r.state === state && (longest?.state !== state || r.seconds > longest.seconds) ? r : longest)); // prettier-ignore
        this.problem(problem, scope, row.sinceMs, row.publishedAtMs, `${state === 'busy' ? '示忙' : '离席'} ${row.seconds} 秒`);
      }
    }
  }

  private tellOrders(day: DayNumber): void {
    const overMs = startOfDayMs(day + 1);
    const { recorded, unrecorded } = longCalls(this.rowsOf(day).calls);
    const rule = 'acceptance-rate-low';
    if (recorded >= LEAST_RECORDED && unrecorded > UNRECORDED_TIMES * recorded)
      this.problem(rule, dayText(day), overMs, overMs, `长通话建单 ${recorded} 个，没有建单 ${unrecorded} 个`);
    else if (callDay(day) === 'just-enough-orders')
      this.lookalike(rule, dayText(day), overMs, '没有建单的恰好三倍，其余是一两句话的咨询');
  }

  private problem(rule: CentreRuleId, scope: string, fromMs: EpochMs, settledAtMs: EpochMs, story: string): void {
    this.truth.addProblem({ rule, scope: () => scope, fromMs, toMs: null, story }, [], settledAtMs);
  }

  private lookalike(rule: CentreRuleId, scope: string, settledAtMs: EpochMs, why: string): void {
    this.truth.addLookalike({ rule, scope: () => scope, why }, [], settledAtMs);
  }
}

const callDay = (day: DayNumber) => CALL_DAYS[day % CALL_DAYS.length] ?? 'plain';

function shiftOf(day: DayNumber, agent: number): Shift {
  return SHIFTS[(day * 5 + agent) % SHIFTS.length] ?? { stretches: [] };
}

const agentId = (agent: number): string => `ZX${String(agent + 1).padStart(3, '0')}`;

/** Mostly at once; now and then the line to the hotline's system is down for a while. All of a day is out before it ends. */
function lagMs(dice: Dice): number {
  return dice.chance(0.01) ? dice.int(600, 5_400) * 1_000 : dice.int(2, 40) * 1_000;
}

function byPublication(a: { publishedAtMs: EpochMs; id: string }, b: { publishedAtMs: EpochMs; id: string }): number {
  return a.publishedAtMs - b.publishedAtMs || (a.id < b.id ? -1 : 1);
}
