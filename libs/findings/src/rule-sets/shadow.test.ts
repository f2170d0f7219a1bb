import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { authoredId, isShadowId, shadowIdOf } from './shadow.js';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
/** What keeps findings equal to the rules, rules in shadow included; and the one that shows what those find. */
const OF_THE_PLATFORM: readonly string[] = [
  // A condition that hides: a finding is left out for whatever it rests on, which no shadow may loosen.
  'libs/findings/src/except-orders.ts',
  'libs/findings/src/finding-store.ts',
  'libs/findings/src/finding-writes.ts',
  'libs/findings/src/rule-sets/retired-rules.ts',
  'libs/findings/src/rule-sets/shadow-findings.ts',
  'libs/findings/src/sweep-answers.ts',
  // Drift of a rule in shadow is a fault of the platform as any other.
  'libs/findings/src/sweep-queries.ts',
];

function sources(): string[] {
  return ['libs', 'apps'].flatMap((part) =>
    readdirSync(`${ROOT}${part}`).flatMap((name) => {
      const directory = `${ROOT}${part}/${name}/src`;
      return list(directory).filter((file) => /\.tsx?$/.test(file) && !/\.test(-fixture)?\./.test(file));
    }),
  );
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((name) => relative(ROOT, `${directory}/${name}`));
  } catch {
    return []; // a package without sources
  }
}

/** Texts in backquotes or quotes that read findings. What copies one finding into its history has read it before. */
function reads(file: string): string[] {
  const texts = readFileSync(`${ROOT}${file}`, 'utf8').match(/`[^`]*`|'[^'\n]*'/g) ?? [];
  return texts.filter((text) => /\b(?:FROM|JOIN)\s+finding\b/.test(text) && !/INSERT INTO finding_history/.test(text));
}

test('every question about findings leaves out what rules in shadow find', () => {
  const asked = sources().filter((file) => !OF_THE_PLATFORM.includes(file) && reads(file).length > 0);
  expect(asked.length).toBeGreaterThan(2);
  const open = asked.flatMap((file) =>
    reads(file)
      .filter((text) => !text.includes('isShown(') && !/(?:where|known)\.sql\(\)/.test(text))
      .map((text) => `${file}: ${text}`),
  );
  expect(open).toEqual([]);
});

test('the name of a rule in shadow leads back to the rule', () => {
  expect([shadowIdOf('a-b'), authoredId('a-b@shadow'), authoredId('a-b')]).toEqual(['a-b@shadow', 'a-b', 'a-b']);
  expect([isShadowId('a-b@shadow'), isShadowId('a-b')]).toEqual([true, false]);
});
