import { expect, test } from '@jest/globals';
import { assertAcceptablePassword } from '@tianyan/access';
import { z } from 'zod';
import { changePasswordRequestSchema, uploadRequestSchema } from './index.js';

/** As the OpenAPI document has it. */
function bounds(schema: z.ZodObject, name: string): { minLength?: number; maxLength?: number } {
  const { properties } = z.toJSONSchema(schema, { io: 'input' });
  return properties?.[name] as { minLength?: number; maxLength?: number };
}

test('the lengths of a new password that the document names are those that are kept', () => {
  const { minLength = 0, maxLength = 0 } = bounds(changePasswordRequestSchema, 'newPassword');
  const ofLength = (length: number) => () =>
    assertAcceptablePassword({ account: 'wang.gang', current: 'x', next: 'Aa1!Bb2@Cc'.repeat(30).slice(0, length) });
  expect(ofLength(minLength)).not.toThrow();
  expect(ofLength(maxLength)).not.toThrow();
  expect(ofLength(minLength - 1)).toThrow(`至少 ${minLength} 个字符`);
  expect(ofLength(maxLength + 1)).toThrow(`最长 ${maxLength} 个字符`);
});

test('a mapping that is too long is refused at the door, in the words of the limit that the document names', () => {
  const { maxLength = 0 } = bounds(uploadRequestSchema, 'mappingText');
  expect(maxLength).toBe(65_536);
  const read = (length: number) => uploadRequestSchema.safeParse({ mappingText: 'a'.repeat(length) });
  expect(read(maxLength).success).toBe(true);
  expect(read(maxLength + 1).error?.issues[0]?.message).toBe('映射过长，最多 64 K 字符');
});
