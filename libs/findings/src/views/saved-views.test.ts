import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sequentialIds } from '@tianyan/kernel';
import { startTestPostgres } from '@tianyan/postgres/testing';
import { sourcesMigrations } from '@tianyan/sources';
import { findingsMigrations } from '../index.js';
import { MAX_SAVED_VIEWS, SavedViews } from './saved-views.js';

let postgres: Awaited<ReturnType<typeof startTestPostgres>>;
let views: SavedViews;
beforeAll(async () => {
  postgres = await startTestPostgres([sourcesMigrations, findingsMigrations]);
  views = new SavedViews({ pool: postgres.pool, ids: sequentialIds('v') });
});
afterAll(() => postgres.stop());

const queriesOf = async (userId: string) => (await views.list(userId)).map(({ name, query }) => [name, query]);

test('each person has views of their own; one of the same name replaces the last', async () => {
  await views.save('li', { name: '红色', query: 'severity=high' });
  await views.save('li', { name: '东河', query: 'township=1' });
  await views.save('wang', { name: '红色', query: 'severity=low' });
  await views.save('li', { name: '红色', query: 'severity=high&status=open' });
  expect(await queriesOf('li')).toEqual([
    ['东河', 'township=1'],
    ['红色', 'severity=high&status=open'],
  ]);
  const [own] = await views.list('wang');
  await views.remove('li', own?.id ?? '');
  expect(await queriesOf('wang')).toEqual([['红色', 'severity=low']]);
  await views.remove('wang', own?.id ?? '');
  expect(await queriesOf('wang')).toEqual([]);
});

test('there is room for so many, also when they are saved at once, and replacing one is always possible', async () => {
  const saved = await Promise.allSettled(
    Array.from({ length: MAX_SAVED_VIEWS + 5 }, (_, i) => views.save('zhou', { name: `V${i}`, query: '' })),
  );
  expect(saved.filter(({ status }) => status === 'fulfilled')).toHaveLength(MAX_SAVED_VIEWS);
  const [first] = await views.list('zhou');
  await views.save('zhou', { name: first?.name ?? '', query: 'status=open' });
  await expect(views.save('zhou', { name: '再一个', query: '' })).rejects.toThrow('请先删去不用的');
});
