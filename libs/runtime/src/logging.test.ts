import { expect, test } from '@jest/globals';
import { serializeError } from './error-serializer.js';

test('personal data that a message quotes does not reach the log', () => {
  const logged = serializeError(new Error('invalid input syntax for type bigint: "联系人王建国 137 0510 4826"'));
  expect(JSON.stringify(logged)).not.toMatch(/建国|0510/);
  expect(logged.message).toContain('invalid input syntax for type bigint');
});

test('an error is logged with its causes and without what a driver hangs on it', () => {
  const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  const error = Object.assign(new Error('out of reach', { cause }), { client: { connectionParameters: { password: 'secret' } } });
  const logged = serializeError(error);
  expect(logged).toMatchObject({ type: 'Error', message: 'out of reach', cause: { code: 'ECONNREFUSED' } });
  expect(JSON.stringify(logged)).not.toContain('secret');
});
