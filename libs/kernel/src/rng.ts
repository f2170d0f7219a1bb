/** A source of random numbers. Passed in, so that any run can be repeated from its seed. */
export interface Rng {
  /** A number in [0, 1). */
  next(): number;
}

/** Deterministic generator (mulberry32, public domain): enough for jitter and simulated data, never for secrets. */
export function seededRng(seed: number): Rng {
  let state = seed >>> 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = state;
      t = Math.imul(t ^ (t >>> 15), t | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
    },
  };
}

/** The machine's randomness, for jitter in production. Constructed only where a process is composed. */
export const systemRng: Rng = { next: () => Math.random() };

/** A whole number in [min, max]. */
export function integerBetween(rng: Rng, min: number, max: number): number {
  return min + Math.floor(rng.next() * (max - min + 1));
}
