import { builtInCatalogue, type FieldValues } from '@tianyan/contracts';
import { expect, test } from '@jest/globals';
import { MAX_NEIGHBOURS } from '../api/index.js';
import type { CurrentRecord } from '../timelines/current-records.js';
import { relationsOf } from './relations-of.js';

const names = { unit: (code: string) => (code === 'U1' ? '住建局' : undefined), division: () => undefined };
let atMs = 0;

function record(type: string, fields: FieldValues): CurrentRecord {
  const contract = builtInCatalogue.get(type);
  return { contract, id: `R-${++atMs}`, version: 1, streamOffset: atMs, atMs, hash: '', fields };
}
const contract = (fields: FieldValues) => record('assets.contract', { contractId: 'HT-1', lessee: '渠梁合作社', ...fields });
const open = (records: readonly unknown[]) => ({ closed: records.map(() => null), names });

test('each thing that records name is told with the records that say so, people and firms covered', () => {
  const records = [
    contract({ villageCode: 'V1', assetId: 'ZC-1' }),
    record('assets.payment', {
      voucherId: 'P-1',
      villageCode: 'V1',
      contractId: 'HT-1',
      counterparty: '渠梁合作社',
      handler: '单于红',
    }),
  ];
  const { relations, truncated } = relationsOf({ kind: 'contract', code: 'HT-1' }, records, open(records));
  expect(truncated).toBe(false);
  const village = relations.find(({ id }) => id === 'village V1');
  expect(village).toMatchObject({
    code: 'V1',
    parts: ['村（社区）'],
    evidence: [{ count: 1 }, { count: 1, newestAtMs: records[0]?.atMs }],
  });
  expect(relations.find(({ id }) => id === 'asset ZC-1')?.evidence).toMatchObject([{ typeLabel: '三资合同', count: 1 }]);
  // The thing itself is none, and neither is what has no page.
  expect(relations.map(({ kind }) => kind).toSorted()).toEqual(['asset', 'org', 'person', 'village']);
  expect(relations.find(({ kind }) => kind === 'org')).toMatchObject({ code: null, parts: ['承租（承包）方', '对方户名'] });
  expect(JSON.stringify(relations)).not.toMatch(/渠梁合作社|单于红/);
});

test('a name is no number: of two things it is two nodes', () => {
  const idsOf = (code: string) => {
    const records = [contract({ contractId: code })];
    return relationsOf({ kind: 'contract', code }, records, open(records)).relations.map(({ id }) => id);
  };
  expect(new Set([...idsOf('HT-1'), ...idsOf('HT-2')]).size).toBe(2);
});

test('of an order told in confidence only the unit is told', () => {
  const order = {
    orderId: 'GD-1',
    villageCode: 'V1',
    townshipCode: 'T1',
    leadUnitId: 'U1',
    callerName: '单于红',
    confidential: true,
  };
  const { relations } = relationsOf({ kind: 'order', code: 'GD-1' }, [record('hotline.order', order)], {
    closed: ['confidential'],
    names,
  });
  expect(relations.map(({ id, name }) => [id, name])).toEqual([['unit U1', '住建局']]);
});

test('of a unit the things are told, and nobody who turned to it; the newest, bounded', () => {
  const records = Array.from({ length: MAX_NEIGHBOURS + 5 }, (_, i) =>
    record('hotline.order', { orderId: `GD-${i}`, leadUnitId: 'U1', callerName: '单于红' }),
  );
  const { relations, truncated } = relationsOf({ kind: 'unit', code: 'U1' }, records, open(records));
  expect([relations.length, truncated]).toEqual([MAX_NEIGHBOURS, true]);
  expect(relations[0]?.code).toBe(`GD-${MAX_NEIGHBOURS + 4}`);
  expect(new Set(relations.map(({ kind }) => kind))).toEqual(new Set(['order']));
});

test('a firm is one node by its code, in place of its name; that of a sole trader is none', () => {
  const firm = '91320921MA1ABCDE16';
  const told = (lesseeCreditCode: string) => {
    const records = [
      contract({ lesseeCreditCode }),
      record('assets.payment', { contractId: 'HT-1', counterpartyCreditCode: lesseeCreditCode }),
    ];
    return relationsOf({ kind: 'contract', code: 'HT-1' }, records, open(records)).relations.map(({ kind, code }) => [
      kind,
      code,
    ]);
  };
  expect(told(firm)).toEqual([['firm', firm]]);
  expect(told('92320921MA1ABCDE13')).toEqual([['org', null]]);
});
