import type { EpochMs } from '@tianyan/kernel';
import type { OrderAction } from '@tianyan/contracts';
import type { Unit } from '../world/county.js';
import type { Category } from '../world/matters.js';
import { plusWorkMinutes } from '../world/work-time.js';
import type { Dice } from '../world/dice.js';

/** One step of an order at one unit, as it truly happened (before the upstream system makes mistakes about it). */
export interface LifeEvent {
  /** Position in the order's life; part of the flow record's id, and so of the order among events of one second. */
  seq: number;
  action: OrderAction;
  atMs: EpochMs;
  unit: Unit | null;
  role: 'lead' | 'assist' | null;
  /** Only on `completion-applied`; null = the form's box was left empty. */
  claims?: { contact: boolean | null; visit: boolean | null; solved: boolean | null };
  /** Only on `completion-applied`: the reply word for word, where a story is about it; others are made up as they are needed. */
  reply?: string;
  /** Only on `called-back` and `rated`. */
  callBack?: { solved: boolean | null; contacted: boolean | null; satisfaction: number | null };
  /** Only on `extension-granted`. */
  extendedToMs?: EpochMs;
  /** The step was recorded by mistake and is deleted so long after it was published. */
  deletedAfterMs?: number;
  /** First published under another order, then corrected so long after. The other order must stand it. */
  misfiledForMs?: number;
  /** First published malformed, then corrected so long after. */
  malformedForMs?: number;
}

/** One order from acceptance to its end; parts in the future are not published yet. */
export interface OrderLife {
  orderId: string;
  acceptedAtMs: EpochMs;
  category: Category;
  /** Index in MATTERS. */
  matter: number;
  /** Index in the county's villages, or -1 where the caller named no village. */
  village: number;
  matterKey: string | null;
  confidential: boolean;
  urgent: boolean;
  /** A sentence of the complaint that hints at misconduct; most complaints have none. */
  clue?: string;
  /** In the order they happened. */
  events: LifeEvent[];
  /** The whole order is a double entry and is deleted so long after its acceptance; null for all others. */
  orderDeletedAfterMs: number | null;
  /** Made by a story: the upstream system adds no mistakes of its own. */
  scripted: boolean;
}

/** Writes an order's life step by step; the time of the next step is kept and moves forward only. */
export class OrderScript {
  readonly events: LifeEvent[] = [];

  constructor(
    readonly dice: Dice,
    /** When the next step happens. */
    public atMs: EpochMs,
  ) {}

  /** Lets working minutes pass, a random number in [min, max]. */
  work(min: number, max: number): this {
    this.atMs = plusWorkMinutes(this.atMs, this.dice.int(min * 60, max * 60) / 60);
    return this;
  }

  /** Lets clock minutes pass. */
  wait(min: number, max: number): this {
    this.atMs += this.dice.int(min * 60, max * 60) * 1000;
    return this;
  }

  to(atMs: EpochMs): this {
    if (atMs < this.atMs) throw new RangeError(`a story cannot go back from ${this.atMs} to ${atMs}`);
    this.atMs = atMs;
    return this;
  }

  step(action: OrderAction, unit: Unit | null, more: Partial<LifeEvent> = {}): this {
    this.events.push({ seq: this.events.length + 1, action, atMs: this.atMs, unit, role: null, ...more });
    return this;
  }

  /** The time of the last step. */
  lastMs(): EpochMs {
    const last = this.events.at(-1);
    if (!last) throw new RangeError('no step yet');
    return last.atMs;
  }

  apply(unit: Unit, contact: boolean | null, visit: boolean | null, solved: boolean | null): this {
    return this.step('completion-applied', unit, { claims: { contact, visit, solved } });
  }

  callBack(solved: boolean | null, contacted: boolean | null, satisfaction: number | null): this {
    return this.step('called-back', null, { callBack: { solved, contacted, satisfaction } });
  }
}
