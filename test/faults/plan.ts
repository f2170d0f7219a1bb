import { integerBetween, seededRng, type Rng } from '@tianyan/kernel';
import { APPS, PARTS, STORES, type Strike } from './kinds.js';

/** Blows that fall together, before the cluster is given time to get whole. */
export interface Volley {
  /** After the volley before: the work goes on meanwhile. */
  afterMs: number;
  /** So far the county's clock is moved on before, which brings new records, corrections and deadlines. */
  advanceMs: number;
  strikes: readonly { afterMs: number; strike: Strike }[];
}

export interface Plan {
  seed: number;
  /** Size of the county, as the sandbox takes it. */
  size: string;
  volleys: readonly Volley[];
}

export function pointsOf({ volleys }: Plan): number {
  return volleys.reduce((sum, { strikes }) => sum + strikes.length, 0);
}

const HOUR_MS = 3_600_000;
/** Sessions (Kafka's members) and locks (jobs) run out after 30 s. */
const BEYOND_SESSION_MS = { min: 33_000, max: 40_000 };

function oneOf<T>(rng: Rng, values: readonly T[]): T {
  const value = values[integerBetween(rng, 0, values.length - 1)];
  if (value === undefined) throw new RangeError('nothing to choose from');
  return value;
}

/** Most are kills; every kind of part is as likely as any other. */
function anyStrike(rng: Rng): Strike {
  const forMs = integerBetween(rng, 200, 6_000);
  const dice = rng.next();
  if (dice < 0.6) return { kind: 'kill', part: oneOf(rng, PARTS), forMs };
  if (dice < 0.7) {
    const beyond = integerBetween(rng, BEYOND_SESSION_MS.min, BEYOND_SESSION_MS.max);
    return { kind: 'freeze', part: oneOf(rng, PARTS), forMs: beyond };
  }
  if (dice < 0.95)
    return { kind: rng.next() < 0.5 ? 'cut' : 'silent', app: oneOf(rng, APPS), store: oneOf(rng, STORES), forMs: 2 * forMs };
  return { kind: 'quota', forMs };
}

/** A plan of so many blows, the same for the same seed. Two of three volleys are one blow, whose recovery is measured. */
export function randomPlan(seed: number, points: number, size: string): Plan {
  const rng = seededRng(seed);
  const volleys: Volley[] = [];
  for (let left = points; left > 0;) {
    const count = Math.min(left, rng.next() < 2 / 3 ? 1 : integerBetween(rng, 2, 3));
    left -= count;
    const strikes = Array.from({ length: count }, (_, i) => ({
      afterMs: i === 0 ? 0 : integerBetween(rng, 0, 3_000),
      strike: anyStrike(rng),
    }));
    volleys.push({ afterMs: integerBetween(rng, 0, 3_000), advanceMs: integerBetween(rng, 1, 72) * HOUR_MS, strikes });
  }
  return { seed, size, volleys };
}

/**
 * The short form: every part is killed once while records flow, and one way is cut. What waits for a session to run out
 * (the groups' members) is hit together, so that it is waited for once; so are all stores.
 */
export function shortPlan(seed: number): Plan {
  const rng = seededRng(seed);
  const kill = (part: (typeof PARTS)[number]): Strike => ({ kind: 'kill', part, forMs: integerBetween(rng, 200, 1_500) });
  const volley = (...strikes: Strike[]): Volley => ({
    afterMs: integerBetween(rng, 200, 1_500),
    advanceMs: integerBetween(rng, 6, 24) * HOUR_MS,
    strikes: strikes.map((strike, i) => ({ afterMs: i === 0 ? 0 : integerBetween(rng, 0, 1_000), strike })),
  });
  return {
    seed,
    size: 'small',
    volleys: [
      volley(kill('writer'), kill('correlator'), kill('connector')),
      // As when the power of a room is gone.
      volley(kill('kafka'), kill('postgres'), kill('redis'), kill('warehouse'), kill('notifier'), kill('console')),
      volley({
        kind: oneOf(rng, ['cut', 'silent']),
        app: oneOf(rng, ['writer', 'correlator']),
        store: oneOf(rng, STORES),
        forMs: 3_000,
      }),
    ],
  };
}
