import { seededRng, type Rng } from '@tianyan/kernel';

/** Mixes whole numbers into one 32-bit seed (the finaliser of murmur3), so that neighbouring days or orders share nothing. */
export function mixSeed(...parts: readonly number[]): number {
  let h = 0x9e3779b9;
  for (const part of parts) {
    h = Math.imul(h ^ (part >>> 0), 0x85ebca6b);
    h ^= h >>> 13;
    h = Math.imul(h, 0xc2b2ae35);
    h ^= h >>> 16;
  }
  return h >>> 0;
}

/** Random choices of the simulated world; everything made up comes from one of these, made from the seed and a place in the world. */
export class Dice {
  private readonly rng: Rng;

  constructor(...seedParts: readonly number[]) {
    this.rng = seededRng(mixSeed(...seedParts));
  }

  next(): number {
    return this.rng.next();
  }

  /** A whole number in [min, max]. */
  int(min: number, max: number): number {
    return min + Math.floor(this.rng.next() * (max - min + 1));
  }

  chance(probability: number): boolean {
    return this.rng.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    const item = list[Math.floor(this.rng.next() * list.length)];
    if (item === undefined) throw new RangeError('pick from an empty list');
    return item;
  }

  /** Picks an index by weight. */
  weighted(weights: readonly number[]): number {
    const sums = sumsOf(weights);
    const roll = this.rng.next() * (sums.at(-1) ?? 0);
    const i = sums.findIndex((sum) => roll < sum);
    return i < 0 ? weights.length - 1 : i;
  }
}

/** The same few lists of weights are drawn from a million times a year. */
const sumsCache = new WeakMap<readonly number[], number[]>();
function sumsOf(weights: readonly number[]): readonly number[] {
  let sums = sumsCache.get(weights);
  if (!sums) {
    let total = 0;
    sums = weights.map((weight) => (total += weight));
    sumsCache.set(weights, sums);
  }
  return sums;
}

/** Names the independent streams of randomness; the numbers are part of what a seed means, so never renumber them. */
export const STREAM = {
  people: 1,
  dayPlan: 2,
  order: 3,
  orderText: 4,
  flowText: 5,
  publication: 6,
  story: 7,
  assets: 8,
  trading: 9,
  faults: 10,
  junk: 11,
  centre: 12,
} as const;
