import { compareBytes, sha256Hex } from '@tianyan/kernel';
import { setImmediate as otherWork } from 'node:timers/promises';
import type { SamplePart } from '../api/index.js';
import type { PickedOrder } from './order-population.js';

/** Hashed at a time, some milliseconds: whoever else asks the console meanwhile is answered in between. */
const RANKED_AT_ONCE = 5_000;

/**
 * Draws a sample. Each order has a rank of its own, the SHA-256 of the seed and its number; the lowest are drawn. So anybody can repeat the draw with
 * the seed alone, see of each order why it was drawn or not, and find out whether one was put in or left out.
 */
export async function draw(
  population: readonly PickedOrder[],
  { seed, size, per }: { seed: string; size: number; per: SamplePart },
): Promise<readonly PickedOrder[]> {
  const ranks: { order: PickedOrder; rank: string }[] = [];
  for (let start = 0; start < population.length; start += RANKED_AT_ONCE) {
    if (start > 0) await otherWork();
    for (const order of population.slice(start, start + RANKED_AT_ONCE))
      ranks.push({ order, rank: drawRank(seed, order.orderId) });
  }
  // Digits and letters of one case: as they are compared, so are their bytes, and by far sooner than one by one.
  const ranked = ranks.toSorted((a, b) => (a.rank < b.rank ? -1 : 1));
  const drawn = new Map<string, number>();
  return ranked.flatMap(({ order }) => {
    const part = partOf(order, per);
    const already = drawn.get(part) ?? 0;
    if (already >= size) return [];
    drawn.set(part, already + 1);
    return [order];
  });
}

/** As `printf '%s:%s' SEED ORDER | sha256sum` has it. */
export function drawRank(seed: string, orderId: string): string {
  return sha256Hex(`${seed}:${orderId}`);
}

/** Tells whether a population is the one that was drawn from: of the numbers in byte order, one a line. */
export function populationDigest(population: readonly Pick<PickedOrder, 'orderId'>[]): string {
  const numbers = population.map(({ orderId }) => orderId).toSorted(compareBytes);
  return sha256Hex(numbers.join('\n'));
}

/** Orders of no unit, or of no township, are a part of their own. */
function partOf({ unitCode, townshipCode }: PickedOrder, per: SamplePart): string {
  if (per === 'all') return '';
  return (per === 'unit' ? unitCode : townshipCode) ?? '';
}
