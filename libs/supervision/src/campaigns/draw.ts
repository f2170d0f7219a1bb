import { compareBytes, sha256Hex } from '@tianyan/kernel';
import type { SamplePart } from '../api/index.js';
import type { PickedOrder } from './order-population.js';

/**
 * Draws a sample. Each order has a rank of its own, the SHA-256 of the seed and its number; the lowest are drawn. So anybody can repeat the draw with
 * the seed alone, see of each order why it was drawn or not, and find out whether one was put in or left out.
 */
export function draw(
  population: readonly PickedOrder[],
  { seed, size, per }: { seed: string; size: number; per: SamplePart },
): readonly PickedOrder[] {
  const ranked = population
    .map((order) => ({ order, rank: drawRank(seed, order.orderId) }))
    .toSorted((a, b) => compareBytes(a.rank, b.rank));
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
