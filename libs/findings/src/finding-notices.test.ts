import { expect, test } from '@jest/globals';
import { formatNotice, parseNotice, type FindingNotice } from './finding-notices.js';

const notice = (id: string): FindingNotice => ({
  id,
  ruleId: 'order-ping-pong',
  severity: 'high',
  event: 'opened',
  townshipCode: '320921100',
});

test('changes are announced with their township', () => {
  const changes = [notice('a'), { ...notice('b'), townshipCode: null }];
  expect(parseNotice(formatNotice(changes))).toEqual(changes);
});

test('what would not fit into a notification is announced as much', () => {
  const many = Array.from({ length: 41 }, (_, n) => notice(`${n}`));
  expect(parseNotice(formatNotice(many))).toBeNull();
  expect(parseNotice(formatNotice(many.slice(0, 40)))).toHaveLength(40);
  expect(parseNotice(formatNotice(Array.from({ length: 40 }, () => notice('i'.repeat(100)))))).toBeNull();
});

test('an announcement of an earlier version is for the whole county alone', () => {
  expect(parseNotice('[{"id":"a","ruleId":"r","severity":"low","event":"opened"}]')).toMatchObject([{ townshipCode: null }]);
});
