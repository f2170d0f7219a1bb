import { expect, test } from '@jest/globals';
import { compareBytes, seededRng } from '@tianyan/kernel';
import { draw, drawRank, populationDigest } from './draw.js';
import { spreadEvenly } from './spread.js';

const population = Array.from({ length: 200 }, (_, i) => ({
  orderId: `GD-${i}`,
  unitCode: ['WATER', 'ROADS', null][i % 3] ?? null,
  townshipCode: '320921100',
  acceptedAtMs: 0,
  returns: 0,
}));
const order = { unitCode: null, townshipCode: null, acceptedAtMs: 0, returns: 0 };
const idsOf = (orders: readonly { orderId: string }[]) => orders.map(({ orderId }) => orderId).toSorted();

test('an order is ranked as `printf %s:%s | sha256sum` has it', () => {
  expect(drawRank('seed', 'GD-1')).toBe('5a7f16bb58b04a1326cff32272fd2daea8c7115b76a9f2385a758a412b521597');
});

test('the order of the population changes nothing, nor does an order that ranks behind', async () => {
  const rng = seededRng(7);
  const shuffled = population.toSorted(() => rng.next() - 0.5);
  const asked = { seed: 's1', size: 47, per: 'all' } as const;
  const drawn = await draw(population, asked);
  expect(drawn).toHaveLength(47);
  expect(idsOf(await draw(shuffled, asked))).toEqual(idsOf(drawn));
  expect(populationDigest(shuffled)).toBe(populationDigest(population));
  // All that is not drawn could be gone.
  expect(idsOf(await draw(drawn, asked))).toEqual(idsOf(drawn));
  const larger = new Set(idsOf(await draw(population, { ...asked, size: 60 })));
  expect(drawn.filter(({ orderId }) => !larger.has(orderId))).toEqual([]);
});

test('of more than are ranked at once the lowest ranks of all are drawn, and others are answered in between', async () => {
  const many = Array.from({ length: 12_345 }, (_, i) => ({ ...order, orderId: `GD-${i}` }));
  let turns = 0;
  const others = setInterval(() => turns++, 0);
  const drawn = await draw(many, { seed: 's', size: 40, per: 'all' });
  clearInterval(others);
  const lowest = many
    .map(({ orderId }) => drawRank('s', orderId))
    .toSorted(compareBytes)
    .slice(0, 40);
  expect(drawn.map(({ orderId }) => drawRank('s', orderId))).toEqual(lowest);
  expect(turns).toBeGreaterThan(0);
});

test('another seed draws others, each order about as often', async () => {
  const times = new Map<string, number>();
  for (let seed = 0; seed < 400; seed++)
    for (const { orderId } of await draw(population, { seed: `s${seed}`, size: 50, per: 'all' }))
      times.set(orderId, (times.get(orderId) ?? 0) + 1);
  // A quarter of 400, five standard deviations to either side.
  expect(times.size).toBe(200);
  expect(Math.min(...times.values())).toBeGreaterThan(56);
  expect(Math.max(...times.values())).toBeLessThan(144);
});

test('of each unit so many; orders of none are a part of their own', async () => {
  const counts = Map.groupBy(await draw(population, { seed: 's', size: 5, per: 'unit' }), ({ unitCode }) => unitCode);
  expect([...counts].map(([unit, { length }]) => `${unit} ${length}`).toSorted()).toEqual(['ROADS 5', 'WATER 5', 'null 5']);
});

test('tasks are spread over those who may have them; what nobody may have is left', () => {
  const candidates = [
    { id: 'li', load: 2 },
    { id: 'wang', load: 0 },
  ];
  const { given, left } = spreadEvenly(['a', 'b', 'c', 'd', 'x', 'own'], candidates, (task, id) =>
    task === 'x' ? false : task !== 'own' || id === 'li',
  );
  expect(given.map(({ task, inspectorId }) => `${task} ${inspectorId}`)).toEqual([
    'a wang',
    'b wang',
    'c li',
    'd wang',
    'own li',
  ]);
  expect(left).toEqual(['x']);
});
