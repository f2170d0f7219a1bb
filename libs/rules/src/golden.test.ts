import { describe, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileRules, ruleSql } from './compile/index.js';
import type { FormNode } from './form/form-node.js';
import { ruleFormParts } from './form/rule-form.js';
import type { RuleDefinition } from './language/rule.js';
import { loadPack } from './pack.js';
import { guideRules } from './testing/guide-rules.js';
import { optionRules } from './testing/option-rules.js';

/** One file for each shipped rule, each of the guide and some beside them: a review sees what a change of the language does to it. */
const FOLDER = join(import.meta.dirname, '../golden');
/** `npm run golden` writes them again. */
const isWriting = process.env['TIANYAN_WRITE_GOLDEN'] === 'yes';

const SETS: readonly { of: string; folder: string; rules: readonly RuleDefinition[] }[] = [
  { of: 'shipped rules', folder: FOLDER, rules: loadPack() },
  { of: 'rules of the guide', folder: join(FOLDER, 'guide'), rules: guideRules() },
  { of: 'rules with what none of them has', folder: join(FOLDER, 'options'), rules: optionRules() },
];

describe.each(SETS)('$of', ({ folder, rules }) => {
  test.each(rules.map((rule) => [rule.id, rule] as const))('the query of %s is the one on file', (id, rule) => {
    const file = join(folder, `${id}.sql`);
    const sql = `${ruleSql(rule, builtInCatalogue)}\n`;
    if (isWriting) writeFileSync(file, sql);
    expect(sql).toBe(existsSync(file) ? readFileSync(file, 'utf8') : '');
  });

  test('they are rules that the platform accepts', () => {
    expect(() => compileRules(rules, builtInCatalogue)).not.toThrow();
  });

  test('no file is left of a rule that is gone', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.sql'));
    expect(files.toSorted()).toEqual(rules.map(({ id }) => `${id}.sql`).toSorted());
  });
});

/** How long something is means the same in every kind. */
const OF_ALL_KINDS: ReadonlySet<string> = new Set(['days', 'hours', 'minutes', 'boundary']);

const named = (kind: string, key: string) => (OF_ALL_KINDS.has(key) ? key : `${kind} ${key}`);

/** Every part of a kind, and every value that may be chosen for one, as a form offers them, wherever it stands: `join statistic=median`. */
function* offeredBelow(node: FormNode, kind: string, key = ''): Generator<string> {
  if (node.control === 'list') yield* offeredBelow(node.item, kind, key);
  if (node.control === 'either') for (const option of node.options) yield* offeredBelow(option.node, kind, key);
  if (node.control === 'choice') for (const { value } of node.values) yield `${named(kind, key)}=${value}`;
  if (node.control !== 'object') return;
  for (const part of node.parts) {
    yield named(kind, part.key);
    yield* offeredBelow(part.node, kind, part.key);
  }
}

function* writtenIn(part: unknown, kind: string, key = ''): Generator<string> {
  if (Array.isArray(part)) for (const one of part) yield* writtenIn(one, kind, key);
  else if (typeof part === 'object' && part !== null)
    for (const [name, one] of Object.entries(part)) {
      if (one === undefined) continue;
      yield named(kind, name);
      yield* writtenIn(one, kind, name);
    }
  else yield `${named(kind, key)}=${String(part)}`;
}

test('every part of every kind, and every value of its choices, stands in a rule whose query is on file', () => {
  const written = new Set(
    SETS.flatMap(({ rules }) =>
      rules.flatMap(({ inputs: _inputs, parameters: _parameters, examples: _examples, ...rule }) => [
        ...writtenIn(rule, rule.kind),
      ]),
    ),
  );
  const offered = ruleFormParts().kinds.flatMap(({ kind, parts, one }) => [
    ...offeredBelow({ control: 'object', parts, one }, kind),
  ]);
  expect([...new Set(offered)].filter((one) => !written.has(one))).toEqual([]);
});
