import { describe, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { loadPack } from '../pack.js';
import { CURRENT_RECORDS } from './record-source.js';
import { touchedByKeys, touchedSql, touchingOf } from './touched.js';

const EVENT = 'hotline.order-event';
const ruleOf = (id: string) => loadPack().find((rule) => rule.id === id) ?? missing(id);
/** It looks at completions that were rejected, and at nothing else. */
const rejected = ruleOf('completion-rejected-twice');

function missing(id: string): never {
  throw new Error(`no rule ${id}`);
}

function touched(rules: readonly (typeof rejected)[], type: string, ...rows: Record<string, string>[]) {
  const named = touchedByKeys(touchingOf(rules, type, builtInCatalogue), rows, CURRENT_RECORDS);
  return { scopes: named?.scopes, looksUp: named?.linked != null };
}

describe('what touches a scope', () => {
  test('are rows that an input can want', () => {
    const row = (action: string) => ({ orderId: 'A1', unitId: 'U1', action, atDay: '2026-03-01' });
    const wanted = Object.values(rejected.inputs).flatMap(({ where }) => JSON.stringify(where));
    expect(wanted.join()).toContain('completion-rejected');
    expect(wanted.join()).not.toContain('called-back');
    expect(touched([rejected], EVENT, row('completion-rejected')).scopes).toHaveLength(1);
    expect(touched([rejected], EVENT, row('called-back')).scopes).toHaveLength(0);
    // A correction names the row that was, too: what it no longer satisfies is touched by that.
    expect(touched([rejected], EVENT, row('called-back'), row('completion-rejected')).scopes).toHaveLength(1);
  });

  test('are rows without such codes, where an input of another rule names none', () => {
    const any = { ...rejected, id: 'any', inputs: { any: { type: EVENT } } };
    const row = { orderId: 'A1', unitId: 'U1', action: 'called-back', atDay: '2026-03-01' };
    expect(touched([rejected, any], EVENT, row).scopes).toHaveLength(1);
    expect(touched([any, rejected], EVENT, row).scopes).toHaveLength(1);
  });

  test('is every subject of a link, whatever its input wants: its keys lead on', () => {
    const link = { to: 'subject', on: [{ orderId: 'orderId' }] };
    const subject = { type: EVENT, where: { action: 'returned' } };
    const linking = { ...rejected, inputs: { linked: { type: 'hotline.order', link }, subject } };
    const row = { orderId: 'A1', unitId: 'U1', action: 'called-back', atDay: '2026-03-01' };
    expect(touched([linking], EVENT, row).scopes).toHaveLength(1);
  });

  test('is looked up of linked rows that an input can want', () => {
    const rule = ruleOf('repeated-and-dissatisfied');
    expect(touched([rule], EVENT, { orderId: 'A1', action: 'called-back', atDay: '2026-03-01' }).looksUp).toBe(true);
    expect(touched([rule], EVENT, { orderId: 'A1', action: 'signed', atDay: '2026-03-01' }).looksUp).toBe(false);
  });

  test('is asked of the log under the same conditions, as parameters', () => {
    const { sql, params } = touchedSql(touchingOf([rejected], EVENT, builtInCatalogue), ['b1'], CURRENT_RECORDS);
    expect(Object.values(params)).toContain('completion-rejected');
    expect(sql).not.toContain('completion-rejected');
  });
});
