import { expect, test } from '@jest/globals';
import type { FindingSummary } from '../api/index.js';
import { MAX_NET_NODES, personNet } from './person-net.js';

const finding = (id: string, subjects: Record<string, string>) =>
  ({
    id,
    ruleTitle: '工单踢皮球',
    subjects: Object.entries(subjects).map(([kind, code]) => ({ kind, kindLabel: kind, code, name: null })),
    // Nothing else of a finding is in the picture.
  }) as unknown as FindingSummary;

test('a page that does not open is no link, and what has no page at all is no node', () => {
  const clues = [{ id: 'c1', number: '线索1', findings: [finding('f1', { unitId: 'U1', contractId: 'HT-1', matter: 'road' })] }];
  const { nodes } = personNet('单**', clues, () => false, true);
  expect(nodes.map(({ kind, code, depth }) => [kind, code, depth])).toEqual([
    ['person', null, 0],
    ['clue', 'c1', 1],
    ['finding', 'f1', 2],
    ['unit', null, 3],
    ['contract', 'HT-1', 3],
  ]);
});

test('an agent is a link for whoever sees the whole county alone', () => {
  const clues = [{ id: 'c1', number: '线索1', findings: [finding('f1', { agentId: 'ZX001' })] }];
  const codeFor = (seesCounty: boolean) =>
    personNet('单**', clues, () => true, seesCounty).nodes.find(({ kind }) => kind === 'agent')?.code;
  expect([codeFor(true), codeFor(false)]).toEqual(['ZX001', null]);
});

test('the picture does not grow beyond what can be read: the farthest is left out, and that is said', () => {
  const findings = Array.from({ length: MAX_NET_NODES }, (_, i) => finding(`f${i}`, { orderId: `GD-${i}` }));
  const clues = [
    { id: 'c1', number: '线索1', findings },
    { id: 'c2', number: '线索2', findings: [] },
  ];
  const { nodes, edges, truncated } = personNet('单**', clues, () => true, true);
  expect([nodes.length, truncated]).toEqual([MAX_NET_NODES, true]);
  expect(nodes.filter(({ kind }) => kind === 'clue')).toHaveLength(2);
  expect(nodes.filter(({ kind }) => kind === 'order')).toHaveLength(0);
  const known = new Set(nodes.map(({ id }) => id));
  expect(edges.every(({ from, to }) => known.has(from) && known.has(to))).toBe(true);
});
