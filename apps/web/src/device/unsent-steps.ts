import { z } from 'zod';
import { ApiError, UnreadableAnswer } from '../api/client.js';

/** A step that was filled in where no network was: kept on the device until it is sent, called off, or refused and cleared away. */
const unsentStepSchema = z.object({
  /** Its Idempotency-Key. */
  key: z.string(),
  /** Steps are sent in the order in which they were filled in. */
  place: z.int().nonnegative(),
  /** What it is called, such as “登记结果：工单 GD-101”. */
  label: z.string(),
  /** The page where it was filled in. */
  page: z.string(),
  /** Where it is sent, below /api. */
  path: z.string(),
  body: z.unknown(),
  /** What was typed, as a person reads it: still there where the step is refused. */
  lines: z.array(z.string()),
  /** The draft that it was sent from; null: none is kept. */
  draft: z.string().nullable(),
  /** Why the server refused it; null: it waits for the network. */
  refusal: z.string().nullable(),
});
export type UnsentStep = z.output<typeof unsentStepSchema>;
export type NewStep = Omit<UnsentStep, 'place' | 'refusal'>;

/** What it needs of the device and the network. */
export interface UnsentParts {
  all: (schema: typeof unsentStepSchema, prefix: string) => Promise<UnsentStep[]>;
  keep: (name: string, value: unknown) => Promise<void>;
  drop: (name: string) => Promise<void>;
  /** Whether it waits for files of what it is about: they have to arrive before it. */
  isHeld: (step: UnsentStep) => Promise<boolean>;
  /** Throws ApiError. */
  send: (step: UnsentStep) => Promise<void>;
  onChange: (steps: readonly UnsentStep[]) => void;
  /** Lets one window of the browser send at a time; does nothing where another does. */
  alone: (work: () => Promise<void>) => Promise<void>;
}

const PREFIX = 'unsent-step/';
/** A day in the field; more is a device that has forgotten how to send. */
export const MAX_UNSENT_STEPS = 100;

/** The server may take it later: it is away, or busy, or the session has ended. */
const LATER: readonly number[] = [0, 401, 429, 500, 502, 503, 504];
/** It takes nothing of this person until they have done something else first. */
const FIRST_SOMETHING_ELSE: readonly string[] = ['password-change-required', 'second-factor-required'];

/** Only what the console itself refuses in its own words is refused: what a gateway says in its place is asked again. */
export function isForLater(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return error instanceof UnreadableAnswer || LATER.includes(error.status) || FIRST_SOMETHING_ELSE.includes(error.problem.code);
}

/** What every step is answered with, whatever its kind and the version of the server: what it was taken on. Less is no answer of the console. */
export const takenSchema = z.object({ id: z.string() });

/** Steps of one person that wait for the network. */
export class UnsentSteps {
  private steps: readonly UnsentStep[] = [];

  constructor(private readonly parts: UnsentParts) {}

  /** Reads what the device has kept; another window may have changed it. */
  async read(): Promise<void> {
    const found = await this.parts.all(unsentStepSchema, PREFIX);
    this.become(found.toSorted((a, b) => a.place - b.place));
  }

  get isFull(): boolean {
    return this.steps.length >= MAX_UNSENT_STEPS;
  }

  /** Whether the device keeps it: a private window does not, and whoever wrote it must not think that it does. */
  async add(step: NewStep): Promise<boolean> {
    await this.read();
    const place = (this.steps.at(-1)?.place ?? 0) + 1;
    await this.put({ ...step, place, refusal: null });
    await this.read();
    return this.steps.some(({ key }) => key === step.key);
  }

  async cancel(key: string): Promise<void> {
    this.become(this.steps.filter((step) => step.key !== key));
    await this.parts.drop(`${PREFIX}${key}`);
  }

  /** Sends what waits and is not held, in order; ends at the first that the server cannot take at present. Returns how many the server has answered. */
  async flush(): Promise<number> {
    let answered = 0;
    await this.parts.alone(async () => {
      await this.read();
      // What was filled in after it for the same thing stays behind it, though its files may arrive meanwhile.
      const held = new Set<string>();
      for (const step of this.steps.filter(({ refusal }) => refusal === null)) {
        // Called off meanwhile.
        if (!this.steps.some(({ key }) => key === step.key)) continue;
        if (held.has(step.path) || (await this.parts.isHeld(step))) {
          held.add(step.path);
          continue;
        }
        if (!(await this.sendOne(step))) return;
        answered += 1;
      }
    });
    return answered;
  }

  /** Whether the next may be sent. */
  private async sendOne(step: UnsentStep): Promise<boolean> {
    try {
      await this.parts.send(step);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (isForLater(error)) return false;
      // What is refused is refused again: it stays with the reason, and what was typed stays with it.
      await this.put({ ...step, refusal: error.message });
      return true;
    }
    if (step.draft !== null) await this.parts.drop(step.draft);
    await this.cancel(step.key);
    return true;
  }

  private async put(step: UnsentStep): Promise<void> {
    await this.parts.keep(`${PREFIX}${step.key}`, step);
    this.become([...this.steps.filter(({ key }) => key !== step.key), step].toSorted((a, b) => a.place - b.place));
  }

  private become(steps: readonly UnsentStep[]): void {
    this.steps = steps;
    this.parts.onChange(steps);
  }
}
