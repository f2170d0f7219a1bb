import { expect, test } from '@jest/globals';
import { numbersIn } from './known-numbers.js';

test('numbers are told apart however they were pasted, each once', () => {
  expect(numbersIn(' GD-1\r\nGD-2，GD-3;GD-2、 GD-4\t\n')).toEqual(['GD-1', 'GD-2', 'GD-3', 'GD-4']);
  expect(numbersIn(' \n ')).toEqual([]);
});
