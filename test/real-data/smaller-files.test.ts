import { afterAll, beforeAll, expect, test } from '@jest/globals';
import exceljs from 'exceljs';
import { exampleFile, FILE_TIMEOUT_MS, onRealFile } from './real-file.js';
import { expectWhole, findingsOf, scopesOf, WholeWay } from './whole-way.js';

/** After the last event of each file. */
const PERMITS_NOW_MS = Date.parse('2013-02-01T00:00:00+08:00');
const DECLARATIONS_NOW_MS = Date.parse('2019-06-01T00:00:00+08:00');
const MESSAGES_NOW_MS = Date.parse('2021-01-01T00:00:00+08:00');

let way: WholeWay;
beforeAll(async () => {
  way = await WholeWay.open();
});
afterAll(() => way.close());

onRealFile('municipal-permits.csv.gz', '377 permits past their deadline, 105 without an end', async (path) => {
  const outcome = await way.take('municipal-permits.yaml', path, PERMITS_NOW_MS);
  expectWhole(outcome);
  const late = scopesOf(outcome, 'permit-past-deadline');
  const endless = scopesOf(outcome, 'permit-without-end');
  expect({ late: late.length, endless: endless.length }).toEqual({ late: 377, endless: 105 });
  expect(new Set([...late, ...endless]).size).toBe(377 + 105);
});

onRealFile('travel-declarations.csv.gz', '1,278 declarations rejected by an approver, 156 twice or more', async (path) => {
  const outcome = await way.take('travel-declarations.yaml', path, DECLARATIONS_NOW_MS);
  expectWhole(outcome);
  const rejected = findingsOf(outcome, 'declaration-rejected-by-approver');
  const repeatedly = scopesOf(outcome, 'declaration-rejected-repeatedly');
  expect({ rejected: rejected.length, repeatedly: repeatedly.length }).toEqual({ rejected: 1_278, repeatedly: 156 });
  const twice = rejected.filter(({ figures }) => Number(figures['count']) >= 2);
  expect(repeatedly).toEqual(twice.map(({ scope }) => scope));
});

onRealFile('citizen-messages.xlsx', 'messages with the same text are found together, and no others', async (path) => {
  const outcome = await way.take('citizen-messages.yaml', path, MESSAGES_NOW_MS);
  expectWhole(outcome);
  const groups = await repeatedTexts(path);
  expect(groups.length).toBeGreaterThan(0);
  const found = findingsOf(outcome, 'repeated-message').map(({ evidence }) => key(evidence.map(({ id }) => id)));
  expect(found.sort()).toEqual(groups);
});

/** As docs/examples/README.md tells it. */
test(
  "the product's own sample file yields the findings that the documentation names, each at its time",
  async () => {
    const expected = {
      'overdue-by-promise': [
        'SL20260006',
        'SL20260012',
        'SL20260018',
        'SL20260020',
        'SL20260023',
        'SL20260031',
        'SL20260034',
        'SL20260037',
      ],
      'repeated-complaint': ['SL20260004 SL20260016 SL20260028'],
    };
    // Taken in on 17 May: what is overdue then is found at once, the rest as its time comes.
    const landedMs = Date.parse('2026-05-17T00:00:00+08:00');
    const nowMs = Date.parse('2026-06-01T00:00:00+08:00');
    const outcome = await way.take('sample-orders.yaml', exampleFile('sample-orders.csv'), nowMs, landedMs);
    expectWhole(outcome);
    expect(outcome.summary.accepted).toBe(118);
    const overdue = findingsOf(outcome, 'overdue-by-promise');
    const repeated = findingsOf(outcome, 'repeated-complaint').map(({ evidence }) => key(evidence.map(({ id }) => id)));
    expect([...outcome.findings.keys()].sort()).toEqual(Object.keys(expected));
    expect({ 'overdue-by-promise': overdue.map(({ scope }) => scope), 'repeated-complaint': repeated }).toEqual(expected);
    const later = overdue.filter(({ firstSeenAtMs }) => firstSeenAtMs > landedMs);
    expect(later.map(({ scope }) => scope)).toEqual(['SL20260037']);
    for (const finding of overdue) expect(finding.firstSeenAtMs).toBe(Math.max(landedMs, finding.occurredAtMs));
  },
  FILE_TIMEOUT_MS,
);

function key(ids: readonly string[]): string {
  return ids.toSorted().join(' ');
}

/** Ids of the messages of each text that occurs more than once, blanks aside; read by another way than the product's. */
async function repeatedTexts(path: string): Promise<string[]> {
  const workbook = new exceljs.Workbook();
  await workbook.xlsx.readFile(path);
  const byText = new Map<string, string[]>();
  workbook.worksheets[0]?.eachRow((row, number) => {
    if (number === 1) return;
    const text = row.getCell(5).text.replaceAll(/\s/g, '');
    byText.set(text, [...(byText.get(text) ?? []), `msg-${row.getCell(1).text.trim()}`]);
  });
  const repeated = [...byText.values()].filter((ids) => ids.length > 1);
  return repeated.map(key).sort();
}
