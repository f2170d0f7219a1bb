import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HELPED_PAGES, helpedPageOf } from './helped-pages.js';
import { DETAIL_TOPICS, PAGE_TOPICS, type Topic } from './topics.js';

const source = join(import.meta.dirname, '..');
const glossary = readFileSync(join(import.meta.dirname, '../../../../docs/glossary.md'), 'utf8');
const all: readonly (readonly [string, Topic])[] = [...Object.entries(PAGE_TOPICS), ...Object.entries(DETAIL_TOPICS)];

test('every page of the console has help; an address that there is not has none', () => {
  const routes = [...readFileSync(join(source, 'app/pages.tsx'), 'utf8').matchAll(/<Route path="([\w-]+)/g)].map(
    ([, path]) => `/${path}`,
  );
  expect(routes.length).toBeGreaterThan(20);
  expect(routes.filter((path) => helpedPageOf(path) === null)).toEqual([]);
  expect([helpedPageOf('/'), helpedPageOf('/findings/f-1'), helpedPageOf('/no-such-page')]).toEqual(['/', '/findings', null]);
  expect(HELPED_PAGES.filter((path) => path !== '/' && !routes.includes(path))).toEqual([]);
});

test('what stands beside single things is shown somewhere', () => {
  const pages = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tsx'));
  const text = pages.map((name) => readFileSync(join(source, name), 'utf8')).join('\n');
  expect(Object.keys(DETAIL_TOPICS).filter((id) => !text.includes(`topic="${id}"`))).toEqual([]);
});

test.each(all)(
  '%s has a title of its own, says something, and uses words as the glossary has them',
  (_, { title, paragraphs, terms }) => {
    expect(all.filter(([, other]) => other.title === title)).toHaveLength(1);
    expect(paragraphs.every((text) => text.length > 10 && text.endsWith('。'))).toBe(true);
    const chinese = glossary.split('\n').map((line) => line.split('|')[2] ?? '');
    expect(terms.filter((term) => !chinese.some((words) => words.includes(term)))).toEqual([]);
  },
);
