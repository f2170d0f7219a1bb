import { readdir, readFile } from 'node:fs/promises';

const FOLDER = new URL('operators/', import.meta.url);
/** The beginning of a definition, and its name: every operator has one of its own. */
const DEFINITION = /(?:\b(?:operator|eachOperator)(?:<[^(]*>)?\(\{|: Operator = \{)/;
const NAMED = /name: (?:'([^']+)'|`([^`]+)`)/;

/** Of all operators that files of the folder define; one that is made for each of several values has their place as `*`. */
export async function definedOperators(): Promise<string[]> {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const sources = await Promise.all(files.map((name) => readFile(new URL(name, FOLDER), 'utf8')));
  return sources.flatMap((source, i) =>
    source
      .split(DEFINITION)
      .slice(1)
      .map((rest) => {
        const [, plainName, template] = NAMED.exec(rest) ?? [];
        const name = plainName ?? template?.replaceAll(/\$\{[^}]*\}/g, '*');
        if (name === undefined) throw new Error(`an operator of ${files[i]} has no name`);
        return name;
      }),
  );
}
