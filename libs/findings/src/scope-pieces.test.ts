import { TooManyRecordsError } from '@tianyan/rules';
import { expect, test } from '@jest/globals';
import { ScopePieces, type JudgePiece } from './scope-pieces.js';

const READING = 'unitId,week decided';

/** Scopes of so many records each; what was read, piece by piece. */
function scopesOf(records: readonly number[], pieces: ScopePieces, reading = READING) {
  const read: number[] = [];
  const failed: number[] = [];
  const judge: JudgePiece<string> = (scopes, atMost) => {
    const sum = scopes.reduce((total, scope) => total + (records[Number(scope)] ?? 0), 0);
    if (sum > atMost) {
      failed.push(scopes.length);
      return Promise.reject(Object.assign(new Error('too much'), { type: 'TOO_MANY_ROWS_OR_BYTES' }));
    }
    read.push(scopes.length);
    return Promise.resolve({ evaluations: [...scopes], records: sum });
  };
  const judged = async () => {
    read.length = failed.length = 0;
    const { evaluations, left } = await pieces.judge(
      reading,
      records.map((_records, i) => String(i)),
      judge,
    );
    expect([...evaluations, ...left]).toEqual(records.map((_records, i) => String(i)));
    return { read: [...read], failed: [...failed], left: left.length };
  };
  return { judged };
}

const times = (count: number, records: number) => Array.from({ length: count }, () => records);

test('of small scopes as many are read at once as are asked about', async () => {
  const orders = scopesOf(times(5_000, 12), new ScopePieces());
  expect(await orders.judged()).toEqual({ read: [5_000], failed: [], left: 0 });
});

test('large ones are read in pieces, and the next time nothing is read in vain', async () => {
  const weeks = scopesOf(times(100, 700), new ScopePieces());
  const first = await weeks.judged();
  expect(first.failed.length).toBeGreaterThan(0);
  expect(first.left).toBe(0);
  const second = await weeks.judged();
  expect(second).toMatchObject({ failed: [], left: 0 });
  // Half of what one reading may bring, so that some larger ones among them do no harm.
  expect(Math.max(...second.read) * 700).toBeLessThanOrEqual(10_000);
});

test('where ten scopes are too many for one reading, the query counts them, with all that is left', async () => {
  const villages = scopesOf(times(40, 3_000), new ScopePieces());
  const { left, failed } = await villages.judged();
  expect(left).toBe(40);
  expect(failed.at(-1)).toBe(10);
});

test('of what is too much in all a few are judged, which tells whether it still is', async () => {
  const pieces = new ScopePieces(50_000);
  await scopesOf(times(10, 700), pieces).judged();
  expect(await scopesOf(times(100, 700), pieces).judged()).toEqual({ read: [10], failed: [], left: 90 });
  expect(await scopesOf(times(100, 12), pieces).judged()).toEqual({ read: [10, 90], failed: [], left: 0 });
});

test('one kind of reading says nothing of another', async () => {
  const pieces = new ScopePieces();
  await scopesOf(times(10, 1_900), pieces).judged();
  expect(await scopesOf(times(40, 12), pieces, 'orderId decided').judged()).toEqual({ read: [40], failed: [], left: 0 });
});

test('records that belong to many scopes at once are no matter of pieces: the query judges what is left', async () => {
  const pieces = new ScopePieces();
  const beyond = await pieces.judge(READING, ['0', '1'], () => Promise.reject(new TooManyRecordsError()));
  expect(beyond).toEqual({ evaluations: [], left: ['0', '1'] });
  await expect(pieces.judge(READING, ['0'], () => Promise.reject(new Error('away')))).rejects.toThrow('away');
});
