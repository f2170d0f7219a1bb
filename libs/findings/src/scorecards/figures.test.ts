import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { FIGURES, figuresOf, PLACE_KINDS } from './figures.js';

const GUIDE = readFileSync(new URL('../../../../docs/scorecards.md', import.meta.url), 'utf8');

test.each(FIGURES)('$label stands in the guide as it is reckoned', ({ label, counted, of, leftOut }) => {
  expect(GUIDE).toContain(`| ${label} | ${counted} | ${of ?? '—'} | ${leftOut} |`);
});

test('every figure has a name of its own, and is shown somewhere', () => {
  expect(new Set(FIGURES.map(({ id }) => id)).size).toBe(FIGURES.length);
  expect(new Set(PLACE_KINDS.flatMap((kind) => figuresOf(kind)))).toEqual(new Set(FIGURES));
});
