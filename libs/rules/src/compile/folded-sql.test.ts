import { describe, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { loadPack } from '../pack.js';
import { CURRENT_RECORDS } from './record-source.js';
import { evaluationSql } from './evaluation-sql.js';
import { foldedSql } from './folded-sql.js';
import { kindOf } from '../kinds/index.js';

const many = (one: string) => Array.from({ length: 12 }, (_none, i) => `${one}${i}`);

test('a short line stays as it is', () => {
  expect(foldedSql('SELECT\n  f(a, b) AS c')).toBe('SELECT\n  f(a, b) AS c');
});

test('the parts of the longest bracket stand below each other, the brackets around it stay on one line', () => {
  const sql = `  arraySort(arrayFilter((x, is) -> is, g(${many('left').join(', ')}), right_hand_side_of_it)) AS whole`;
  expect(foldedSql(sql)).toBe(
    [
      '  arraySort(arrayFilter(',
      '    (x, is) -> is,',
      `    g(${many('left').join(', ')}),`,
      '    right_hand_side_of_it',
      '  )) AS whole',
    ].join('\n'),
  );
});

test('conditions and sums go on in lines of their own', () => {
  const sql = `f((${many('condition').join(' AND ')}))`;
  expect(foldedSql(sql)).toBe(['f((', ...many('condition').map((one, i) => `  ${i === 0 ? '' : 'AND '}${one}`), '))'].join('\n'));
});

test('conditions outside of brackets, too', () => {
  const [first, ...others] = many('condition');
  expect(foldedSql(`  x -> ${first} AND ${others.join(' OR ')},`)).toBe(
    [`  x -> ${first}`, ...others.map((one, i) => `    ${i === 0 ? 'AND' : 'OR'} ${one}${i === 10 ? ',' : ''}`)].join('\n'),
  );
});

test('texts and comments stay whole', () => {
  const text = `'(${many("it\\'s, ").join('')}, ''('`;
  const comment = `/* ${many('one, (').join('')} */`;
  expect(foldedSql(`f(${text}, b ${comment})`)).toBe(`f(\n  ${text},\n  b ${comment}\n)`);
});

test('what is opened in another line is no bracket of this one', () => {
  const sql = `], 'Array(String)'), ${many('something').join(', ')}, f(a, b), CAST([`;
  expect(foldedSql(sql)).toBe(`], 'Array(String)'), ${many('something').join(', ')}, f(\n  a,\n  b\n), CAST([`);
});

describe('of shipped rules', () => {
  const rules = loadPack().filter((rule) => kindOf(rule).family === 'timeline');
  test.each(rules.map((rule) => [rule.id, rule] as const))('%s: it says the same', (_id, rule) => {
    const { sql } = evaluationSql([rule], builtInCatalogue, { reach: 'all', records: CURRENT_RECORDS });
    const words = (of: string) => of.match(/'(?:[^'\\]|\\.|'')*'|\/\*.*?\*\/|\w+|\S/gs);
    expect(words(foldedSql(sql))).toEqual(words(sql));
  });
});
