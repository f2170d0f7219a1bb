import { describe, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import fc from 'fast-check';
import type { Where } from '../language/values.js';
import { loadPack } from '../pack.js';
import { wherePredicate } from './predicate.js';
import { ofAny, wantedValues, type WantedValues } from './wanted-values.js';

const contract = builtInCatalogue.get('hotline.order-event');
const [rule] = loadPack();
const said = (wanted: WantedValues) => Object.fromEntries([...wanted].map(([field, values]) => [field, [...values]]));

describe('the codes that a condition wants', () => {
  test('are what it names, of the fields that it says something about', () => {
    expect(said(wantedValues({ action: 'returned', solved: false }, contract))).toEqual({ action: ['returned'] });
    expect(said(wantedValues({ action: { in: ['returned', 'completed'] }, unitId: { not: 'U1' } }, contract))).toEqual({
      action: ['returned', 'completed'],
    });
    expect(said(wantedValues([{ action: 'returned', unitId: 'U1' }, { action: 'completed' }], contract))).toEqual({
      action: ['returned', 'completed'],
    });
  });

  test('are any, where one condition of several says nothing', () => {
    const returned = wantedValues({ action: 'returned' }, contract);
    expect(said(ofAny([returned, wantedValues({ unitId: 'U1' }, contract)]))).toEqual({});
    expect(said(ofAny([wantedValues(undefined, contract), returned]))).toEqual({});
    expect(said(ofAny([]))).toEqual({});
  });

  test('are any, where more are named than are worth a condition, by one condition as by several', () => {
    const units = (from: number, to: number) => Array.from({ length: to - from }, (_none, i) => `U${from + i}`);
    const wanted = (...lists: string[][]) =>
      Object.keys(
        said(
          wantedValues(
            lists.map((list) => ({ action: 'returned', unitId: { in: list } })),
            contract,
          ),
        ),
      );
    expect(wanted(units(0, 50))).toEqual(['action', 'unitId']);
    expect(wanted(units(0, 51))).toEqual(['action']);
    expect(wanted(units(0, 26), units(26, 51))).toEqual(['action']);
    expect(Object.keys(said(wantedValues({ action: 'returned', unitId: { in: units(0, 51) } }, contract)))).toEqual(['action']);
  });

  test('leave out no record that passes', () => {
    const value = fc.constantFrom('a', 'b', 'c');
    const test = fc.oneof(
      value,
      fc.record({ is: value }),
      fc.record({ in: fc.array(value, { minLength: 1, maxLength: 2 }) }),
      fc.record({ not: value }),
      fc.record({ is: fc.constant({ field: 'role' }) }),
      fc.record({ is: value, in: fc.array(value, { minLength: 1, maxLength: 2 }) }),
      fc.record({ null: fc.boolean() }),
    );
    const conditions = fc.dictionary(fc.constantFrom('action', 'unitId', 'role'), test, { maxKeys: 3 });
    const where = fc.oneof(conditions, fc.array(conditions, { minLength: 1, maxLength: 3 }));
    const field = fc.option(value, { nil: null });
    const record = fc.record({ action: field, unitId: field, role: field });
    let passing = 0;
    fc.assert(
      fc.property(fc.array(where, { minLength: 1, maxLength: 3 }), record, (wheres: Where[], fields) => {
        if (!rule) throw new Error('the pack is empty');
        const read = (name: string) => fields[name as keyof typeof fields] ?? null; // no other field is asked for
        const one = { field: read, atMs: 0, scope: '' };
        if (!wheres.some((where) => wherePredicate(where, { contract, rule, calendar: null }, () => undefined)(one))) return;
        passing++;
        for (const [name, values] of ofAny(wheres.map((where) => wantedValues(where, contract))))
          expect(values).toContain(read(name));
      }),
      { numRuns: 2_000 },
    );
    expect(passing).toBeGreaterThan(200);
  });
});
