import { expect, test } from '@jest/globals';
import { ownPath } from './own-path.js';

test.each(['/', '/findings', '/findings?status=open&rule=a%2Fb', '/findings/f-1'])('%s is a page of the console', (path) => {
  expect(ownPath(path)).toBe(path);
});

test.each([
  'https://evil.example/',
  '//evil.example/findings',
  '/\\evil.example',
  '/\t/evil.example',
  '/%0d%0aLocation:%20x/../..//evil.example',
  '/.//evil.example',
  'javascript:alert(1)',
  'findings',
  '/api/session',
  '/api',
  `/${'a'.repeat(600)}`,
  '',
  ['/findings'],
  undefined,
])('%j leads to the start page', (path) => {
  expect(ownPath(path)).toBe('/');
});
