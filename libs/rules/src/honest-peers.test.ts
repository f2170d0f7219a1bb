import { describe, expect, test } from '@jest/globals';
import { integerBetween, seededRng, type Rng } from '@tianyan/kernel';
import { loadPack } from './pack.js';

/**
 * Whom the shipped rule against peers finds among units that all do what they should: reckoned by its own numbers over years of counties, so that whoever
 * changes one of them sees what that costs.
 */
const RULE = 'unit-denied-contact-share';
const UNITS = 40;
/** The rule looks at quarters: three times as many chances as it has. */
const PERIODS = 12;
const YEARS = 500;
/** Units found in a hundred years of a county, at most. */
const MOST_IN_A_CENTURY = 1;

/** How often citizens who were spoken to say at the call-back that they were not, on average, and how far units lie apart in it. */
const HONEST = [
  { says: 'two of a hundred', mean: 0.02, deviation: 0.015 },
  { says: 'five of a hundred', mean: 0.05, deviation: 0.03 },
  { says: 'ten of a hundred', mean: 0.1, deviation: 0.05 },
  { says: 'fifteen of a hundred', mean: 0.15, deviation: 0.06 },
] as const;
/** Call-backs of a unit in a period: so many in the middle, from a few to hundreds. */
const MIDDLE_CALLS = 40;
const CALLS_DEVIATION = 1.2;
const SEASON_DEVIATION = 0.3;
const MOST_CALLS = 400;
/** In so many periods of a unit a whole group was spoken to by somebody of their village, and each of them says it was not the unit. */
const GROUPS = 0.02;
const [LEAST_GROUP, MOST_GROUP] = [3, 8];

class Draws {
  constructor(private readonly rng: Rng) {}

  chance(share: number): boolean {
    return this.rng.next() < share;
  }

  between(least: number, most: number): number {
    return integerBetween(this.rng, least, most);
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.rng.next())) * Math.cos(2 * Math.PI * this.rng.next());
  }

  /** By Marsaglia and Tsang. */
  private gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * (1 - this.rng.next()) ** (1 / shape);
    const d = shape - 1 / 3;
    for (;;) {
      const x = this.normal();
      const v = (1 + x / Math.sqrt(9 * d)) ** 3;
      if (v > 0 && Math.log(1 - this.rng.next()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v;
    }
  }

  /** A share, of shares with this average and deviation. */
  beta({ mean, deviation }: { mean: number; deviation: number }): number {
    const size = (mean * (1 - mean)) / deviation ** 2 - 1;
    const [yes, no] = [this.gamma(mean * size), this.gamma((1 - mean) * size)];
    return yes / (yes + no);
  }

  /** From one that says so to the next: most say nothing of the kind. */
  binomial(count: number, share: number): number {
    const gap = () => Math.floor(Math.log(1 - this.rng.next()) / Math.log1p(-share));
    let yes = 0;
    for (let at = gap(); at < count; at += 1 + gap()) yes++;
    return yes;
  }
}

interface Period {
  part: number;
  whole: number;
}

/** Calls of a unit in a period, and how many deny. */
function periodOf(draws: Draws, calls: number, share: number): Period {
  const whole = Math.min(MOST_CALLS, Math.round(calls * Math.exp(SEASON_DEVIATION * draws.normal())));
  const group = draws.chance(GROUPS) ? Math.min(whole, draws.between(LEAST_GROUP, MOST_GROUP)) : 0;
  return { whole, part: group + draws.binomial(whole - group, share) };
}

/** The numbers of the rule as it is shipped. */
function limits() {
  const rule = loadPack().find(({ id }) => id === RULE);
  if (rule?.kind !== 'outlier') throw new Error(`${RULE} is none against peers`);
  const amount = (of: (typeof rule)['percent']) =>
    typeof of === 'number' ? of : (rule.parameters[of?.parameter ?? '']?.value ?? NaN);
  const { minWhole, minPart, percent, leastDistance, minPeers } = rule;
  return {
    rule,
    minWhole: amount(minWhole),
    minPart: amount(minPart),
    percent: amount(percent),
    leastDistance: amount(leastDistance),
    minPeers: amount(minPeers),
  };
}
type Limits = ReturnType<typeof limits>;
const SHIPPED = limits();

/** As `outlierSchema` says. */
function found(units: readonly Period[], { minWhole, minPart, percent, leastDistance, minPeers }: Limits): Period[] {
  const shareOf = ({ part, whole }: Period) => Math.trunc((10_000 * part) / whole);
  const peers = units.filter(({ whole }) => whole >= minWhole && whole > 0);
  if (peers.length < minPeers) return [];
  const sorted = peers.map(shareOf).sort((a, b) => a - b);
  const middle = Math.trunc(((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2);
  return peers.filter(
    (unit) => unit.part >= minPart && 100 * shareOf(unit) > percent * middle && shareOf(unit) - middle >= 100 * leastDistance,
  );
}

function* periods(draws: Draws, honest: (typeof HONEST)[number], years: number): Generator<Period[]> {
  for (let year = 0; year < years; year++) {
    const units = Array.from({ length: UNITS }, () => ({
      calls: MIDDLE_CALLS * Math.exp(CALLS_DEVIATION * draws.normal()),
      share: draws.beta(honest),
    }));
    for (let n = 0; n < PERIODS; n++) yield units.map(({ calls, share }) => periodOf(draws, calls, share));
  }
}

describe.each(HONEST)('where $says deny that anybody spoke to them', (honest) => {
  test('fewer than one of forty honest units are found in a hundred years', () => {
    let units = 0;
    for (const period of periods(new Draws(seededRng(20_261_130)), honest, YEARS)) units += found(period, SHIPPED).length;
    expect(units / (YEARS / 100)).toBeLessThan(MOST_IN_A_CENTURY);
  });

  test('one that spoke to one in ten is found among them, of thirty that are asked', () => {
    const draws = new Draws(seededRng(7));
    const lazy = { whole: 30, part: 27 };
    for (const period of periods(draws, honest, 20)) expect(found([...period, lazy], SHIPPED)).toContain(lazy);
  });
});

test('without the least distance and the least part it would find them every year', () => {
  const careless = { ...SHIPPED, minPart: 3, leastDistance: 0 };
  const [honest] = HONEST;
  let units = 0;
  for (const period of periods(new Draws(seededRng(1)), honest, 10)) units += found(period, careless).length;
  expect(units / 10).toBeGreaterThan(1);
});

test('the rule is what is reckoned here: a part of the same records, against the middle, of what is over', () => {
  const { rule } = SHIPPED;
  const { asked, denied } = rule.inputs;
  expect(rule).toMatchObject({ statistic: 'median', is: 'above', decide: 'closed', among: ['quarter'] });
  expect([rule.part, rule.whole].map((side) => [side?.of, side?.measure, side?.field])).toEqual([
    ['denied', 'distinct', 'orderId'],
    ['asked', 'distinct', 'orderId'],
  ]);
  // Whoever denies was asked.
  expect(asked?.where).toEqual({ action: 'called-back', contactConfirmed: { null: false } });
  expect(denied?.where).toEqual({ action: 'called-back', contactConfirmed: false });
});
