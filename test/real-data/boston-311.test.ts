import { afterAll, beforeAll, expect } from '@jest/globals';
import { onRealFile } from './real-file.js';
import { expectWhole, findingsOf, scopesOf, WholeWay } from './whole-way.js';

/** When the open requests of the file were judged: midnight in Boston. */
const NOW_MS = Date.parse('2016-01-13T00:00:00-05:00');

let way: WholeWay;
beforeAll(async () => {
  way = await WholeWay.open();
});
afterAll(() => way.close());

onRealFile('boston-311-2015h1.csv.gz', "Boston's requests are overdue exactly as OnTime_Status has it", async (path) => {
  const outcome = await way.take('boston-311.yaml', path, NOW_MS);
  expectWhole(outcome);
  const overdue = findingsOf(outcome, 'overdue-by-promise');
  const closedLate = overdue.filter(({ figures }) => Number(figures['doneAtMs']) > 0);
  expect({ closedLate: closedLate.length, open: overdue.length - closedLate.length }).toEqual({
    closedLate: 10_025,
    open: 5_701,
  });

  const statuses = await way.sourceColumn('hotline.order', 'OnTime_Status');
  expect(statuses.size).toBe(58_119);
  const labelled = [...statuses].filter(([, status]) => status !== '');
  expect(statuses.size - labelled.length).toBe(102);
  const found = new Set(scopesOf(outcome, 'overdue-by-promise'));
  expect(labelled.filter(([id, status]) => found.has(id) !== (status === 'OVERDUE'))).toEqual([]);
});
