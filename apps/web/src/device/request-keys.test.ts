import { expect, test } from '@jest/globals';
import { RequestKeys } from './request-keys.js';

test('the same content has the same key in one dialog, another has another, and so does another dialog', () => {
  const dialog = new RequestKeys();
  const key = dialog.of(['/clues/c1/steps', { step: 'approve' }]);
  expect(key).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/);
  expect(dialog.of(['/clues/c1/steps', { step: 'approve' }])).toBe(key);
  expect(dialog.of(['/clues/c2/steps', { step: 'approve' }])).not.toBe(key);
  expect(new RequestKeys().of(['/clues/c1/steps', { step: 'approve' }])).not.toBe(key);
});
