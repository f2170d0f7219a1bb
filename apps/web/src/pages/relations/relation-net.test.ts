import type { Relation, Relations } from '@tianyan/console-app/api';
import { expect, test } from '@jest/globals';
import { isOpenable, MAX_NODES, netOf } from './relation-net.js';

const relation = (id: string): Relation => ({
  id,
  kind: 'contract',
  kindLabel: '合同',
  code: id,
  name: id,
  parts: ['合同编号'],
  evidence: [],
});
const opened = (id: string, ...named: string[]): Relations => ({
  id,
  kind: 'asset',
  kindLabel: '资产资源',
  code: id,
  name: id,
  relations: named.map(relation),
  truncated: false,
});

test('what two name is one node, and what names each other one edge', () => {
  const { nodes, edges } = netOf([opened('a', 'b', 'c'), opened('b', 'a', 'c', 'd')]);
  expect(nodes.map(({ id, depth }) => [id, depth])).toEqual([
    ['a', 0],
    ['b', 1],
    ['c', 1],
    ['d', 2],
  ]);
  expect(edges.map(({ from, to }) => `${from}${to}`)).toEqual(['ab', 'ac', 'bc', 'bd']);
});

test('the picture does not grow beyond what can be read', () => {
  const many = Array.from({ length: MAX_NODES * 2 }, (_, i) => `n${i}`);
  const { nodes, edges } = netOf([opened('a', ...many), opened('n0', 'n1', `n${MAX_NODES * 2 - 1}`)]);
  expect(nodes).toHaveLength(MAX_NODES);
  const known = new Set(nodes.map(({ id }) => id));
  expect(edges.every(({ from, to }) => known.has(from) && known.has(to))).toBe(true);
  expect(edges).toHaveLength(MAX_NODES);
});

test('what is far, or has no number, is not opened', () => {
  expect([isOpenable({ code: 'x' }, 1), isOpenable({ code: 'x' }, 2), isOpenable({ code: null }, 1)]).toEqual([
    true,
    false,
    false,
  ]);
});
