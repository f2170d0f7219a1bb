import type { AnyRecord } from '@tianyan/contracts';
import fc from 'fast-check';
import { makeVersion, namesOf, TYPE_WEIGHTS, type Pick } from './county.js';

/** What a source does to one of its records. */
export interface Operation {
  type: string;
  /** Which of the history's records of that type, modulo their number. */
  thing: number;
  /**
   * `change`: a new version; `clash`: other content under the same version; `repeat`: the same again;
   * `delete`: a new version that deletes. What comes after a delete brings the record back.
   */
  kind: 'change' | 'clash' | 'repeat' | 'delete';
  atPick: Pick;
  fieldPicks: readonly Pick[];
  /** Steps by which it arrives late; so an older version may come after a newer one. */
  delay: number;
}

/** What happens around one set of keys, step by step. */
export interface History {
  /** Operations of each step. */
  steps: readonly (readonly Operation[])[];
}

export const STEPS = 7;
/** Records of a type in one history: few, so that most are corrected; events more, so that rules about several find them. */
const THINGS = { 'hotline.order-event': 10, other: 5 } as const;
const FIELD_PICKS = 20;
/** In ids: by bytes the full-width letter comes first, by UTF-16 units the astral character does. */
const MARKS = ['\u{20000}', '\uff21'] as const;

const operation: fc.Arbitrary<Operation> = fc.record({
  type: fc.oneof(...TYPE_WEIGHTS.map(([type, weight]) => ({ weight, arbitrary: fc.constant(type) }))),
  thing: fc.nat(1_000),
  kind: fc.oneof(
    { weight: 10, arbitrary: fc.constant('change' as const) },
    { weight: 1, arbitrary: fc.constant('clash' as const) },
    { weight: 2, arbitrary: fc.constant('repeat' as const) },
    { weight: 2, arbitrary: fc.constant('delete' as const) },
  ),
  atPick: fc.nat(100_000),
  fieldPicks: fc.array(fc.nat(1_000), { minLength: FIELD_PICKS, maxLength: FIELD_PICKS }),
  delay: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.integer({ min: 1, max: 3 }) }),
});

export const historyArbitrary: fc.Arbitrary<History> = fc.record({
  steps: fc.array(fc.array(operation, { minLength: 1, maxLength: 13 }), { minLength: STEPS, maxLength: STEPS }),
});

export interface Arrival {
  type: string;
  record: AnyRecord;
  /** The step at which it arrives. */
  step: number;
}

/** The versions of a history in the order in which they arrive. */
export function arrivalsOf(history: History, index: number): Arrival[] {
  const { prefix } = namesOf(index);
  const last = new Map<string, { version: number; arrival: Arrival }>();
  const arrivals: Arrival[] = [];
  for (const [step, operations] of history.steps.entries()) {
    for (const { type, thing, kind, atPick, fieldPicks, delay } of operations) {
      const place = thing % (type === 'hotline.order-event' ? THINGS[type] : THINGS.other);
      const id = `${prefix}-${type}-${MARKS[place % MARKS.length]}${place}`;
      const known = last.get(id);
      const arrivesAt = Math.min(step + delay, history.steps.length - 1);
      if (known && kind === 'repeat') {
        arrivals.push({ ...known.arrival, step: arrivesAt });
        continue;
      }
      const version = known ? known.version + (kind === 'clash' ? 0 : 1) : 1;
      const record = makeVersion({ type, id, version, atPick, fieldPicks, deleted: kind === 'delete', history: index });
      const arrival = { type, record, step: arrivesAt };
      last.set(id, { version, arrival });
      arrivals.push(arrival);
    }
  }
  return arrivals;
}
