import { expect, test } from '@jest/globals';
import { formatChanges, parseChanges, type FindingChange } from './finding-changes.js';

const notice = (id: string): FindingChange => ({
  id,
  ruleId: 'order-ping-pong',
  severity: 'high',
  event: 'opened',
  townshipCode: '320921100',
  problemClass: '微腐败',
});

test('changes are announced with their township and class', () => {
  const changes = [notice('a'), { ...notice('b'), townshipCode: null, problemClass: null }];
  expect(parseChanges(formatChanges(changes))).toEqual(changes);
});

test('what would not fit into a notification is announced as much', () => {
  const many = Array.from({ length: 41 }, (_, n) => notice(`${n}`));
  expect(parseChanges(formatChanges(many))).toBeNull();
  expect(parseChanges(formatChanges(many.slice(0, 40)))).toHaveLength(40);
  expect(parseChanges(formatChanges(Array.from({ length: 40 }, () => notice('i'.repeat(100)))))).toBeNull();
});

test('an announcement of an earlier version is for the whole county and all classes alone', () => {
  expect(parseChanges('[{"id":"a","ruleId":"r","severity":"low","event":"opened"}]')).toMatchObject([
    { townshipCode: null, problemClass: null },
  ]);
});
