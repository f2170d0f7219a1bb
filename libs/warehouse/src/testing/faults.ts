import { z } from 'zod';

const strikes = {
  /** Strikes only statements that contain this text. */
  match: z.string().optional(),
  /** How often it strikes; then it is gone. */
  times: z.number().int().positive().default(1),
};

/** What goes wrong with a request. The effect is what the statement does to the data. */
const fault = z.discriminatedUnion('kind', [
  /** Something between client and server answers 500 with a page of its own; no effect. */
  z.object({ kind: z.literal('foreign-500'), ...strikes }),
  /** The server answers with an exception of its own; no effect. E.g. 252 `TOO_MANY_PARTS`. */
  z.object({ kind: z.literal('exception'), code: z.number().int(), type: z.string(), ...strikes }),
  /** The connection ends before anything has happened. */
  z.object({ kind: z.literal('cut-before'), ...strikes }),
  /** The effect, then the connection ends without an answer. */
  z.object({ kind: z.literal('cut-after'), ...strikes }),
  /** The effect, then half of the answer. */
  z.object({ kind: z.literal('cut-answer'), ...strikes }),
  /** The effect, then the answer, late. */
  z.object({ kind: z.literal('slow'), delayMs: z.number().nonnegative(), ...strikes }),
  /** The request lies about, then takes effect and is answered: an insert that is under way while its sender sleeps. */
  z.object({ kind: z.literal('stalled'), delayMs: z.number().nonnegative(), ...strikes }),
  /** The effect, and never an answer: the client gives up by itself. */
  z.object({ kind: z.literal('silent-after'), ...strikes }),
  /** The connection ends at once, the effect comes later: a server goes on although nobody listens. */
  z.object({ kind: z.literal('late-effect'), delayMs: z.number().nonnegative(), ...strikes }),
]);
export type Fault = z.infer<typeof fault>;
export type FaultInput = z.input<typeof fault>;

/** Faults that wait for their request, in order; the first that matches strikes. */
export class FaultPlan {
  private waiting: Fault[] = [];

  plan(...faults: readonly FaultInput[]): void {
    this.waiting.push(...faults.map((input) => fault.parse(input)));
  }

  clear(): void {
    this.waiting = [];
  }

  /** How often faults are still to strike. */
  get left(): number {
    return this.waiting.reduce((sum, { times }) => sum + times, 0);
  }

  take(sql: string): Fault | null {
    const found = this.waiting.find(({ match }) => match === undefined || sql.includes(match));
    if (!found) return null;
    found.times -= 1;
    if (found.times === 0) this.waiting = this.waiting.filter((one) => one !== found);
    return found;
  }
}
