import { integerBetween, seededRng, type Rng } from '@tianyan/kernel';

/**
 * The number of a broker in the cluster; or, when the blow falls, whichever leads the controllers, most partitions of
 * the load, or coordinates the writers' group.
 */
export type Target = 0 | 1 | 2 | 'controller' | 'busiest' | 'coordinator';

/** One broker at a time; the next blow falls when every partition has all of its copies again. */
export interface Blow {
  /** `kill`: SIGKILL; `restart`: stopped in good order; `pause`: SIGSTOP, which keeps its connections and says nothing. */
  kind: 'kill' | 'pause' | 'restart';
  target: Target;
  /** After the cluster was whole; the load goes on. */
  afterMs: number;
  /** So long it stays away. */
  forMs: number;
}

/** Shorter and longer than the controllers' patience with a silent broker (see BROKER_SESSION_MS). */
const AWAY_MS = { min: 100, max: 9_000 };
/** Longer than a client's patience with a request (15 s); one of so many pauses. */
const LONG_PAUSE = { oneOf: 4, min: 17_000, max: 22_000 };
const AFTER_MS = { min: 0, max: 2_000 };
/** Half of the blows are kills, which lose what was in no file yet; the leader of the controllers is hit more often than by chance. */
const KINDS = ['kill', 'kill', 'pause', 'restart'] as const;
const TARGETS = [0, 1, 2, 'controller', 'coordinator'] as const;

function oneOf<T>(rng: Rng, values: readonly T[]): T {
  const value = values[integerBetween(rng, 0, values.length - 1)];
  if (value === undefined) throw new RangeError('nothing to choose from');
  return value;
}

/** So many blows, the same for the same seed. */
export function randomBlows(seed: number, points: number): Blow[] {
  const rng = seededRng(seed);
  return Array.from({ length: points }, () => {
    const kind = oneOf(rng, KINDS);
    const away = kind === 'pause' && integerBetween(rng, 1, LONG_PAUSE.oneOf) === 1 ? LONG_PAUSE : AWAY_MS;
    return {
      kind,
      target: oneOf(rng, TARGETS),
      afterMs: integerBetween(rng, AFTER_MS.min, AFTER_MS.max),
      forMs: integerBetween(rng, away.min, away.max),
    };
  });
}

/** The short form: each kind once, the leader of the controllers and the groups' coordinator among them. */
export function fewBlows(seed: number): Blow[] {
  const rng = seededRng(seed);
  const afterMs = () => integerBetween(rng, AFTER_MS.min, AFTER_MS.max);
  return [
    { kind: 'kill', target: 'controller', afterMs: afterMs(), forMs: 200 },
    { kind: 'pause', target: oneOf(rng, [0, 1, 2]), afterMs: afterMs(), forMs: 7_000 },
    { kind: 'restart', target: 'coordinator', afterMs: afterMs(), forMs: 200 },
  ];
}

export function told({ kind, target, forMs }: Blow): string {
  return `${kind} ${typeof target === 'string' ? `the ${target}` : `broker ${target + 1}`} for ${forMs} ms`;
}
