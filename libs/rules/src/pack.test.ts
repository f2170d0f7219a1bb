import { expect, test } from '@jest/globals';
import { loadPack, packOf, ruleTexts } from './index.js';
import { shippedText } from './pack.js';

test('each shipped file bears the id of its rule: by that alone it is known, and found', () => {
  const texts = ruleTexts(null);
  expect(texts.length).toBeGreaterThan(100);
  for (const text of texts) {
    expect(packOf(text.rule.id)).toBe('shipped');
    expect(shippedText(text.rule.id).yaml).toBe(text.yaml);
  }
  expect(loadPack().map(({ id }) => id)).toEqual(texts.map(({ rule }) => rule.id));
  expect(packOf('own-rule')).toBe('county');
});
