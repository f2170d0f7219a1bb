import { expect, test } from '@jest/globals';
import { serializeError } from './error-serializer.js';

test('an error is logged with its causes and without what a driver hangs on it', () => {
  const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  const error = Object.assign(new Error('out of reach', { cause }), { client: { connectionParameters: { password: 'secret' } } });
  const logged = serializeError(error);
  expect(logged).toMatchObject({ type: 'Error', message: 'out of reach', cause: { code: 'ECONNREFUSED' } });
  expect(JSON.stringify(logged)).not.toContain('secret');
});
