import { diffLines } from 'diff';

/** Lines that stay, shown around what differs. */
const AROUND = 3;

export interface DiffLine {
  kind: 'same' | 'added' | 'removed' | 'skipped';
  text: string;
}

/** What differs between two texts, line by line, with a few lines around it; empty: nothing does. */
export function textDiff(before: string, after: string): DiffLine[] {
  const lines = diffLines(ending(before), ending(after)).flatMap(({ value, added, removed }) =>
    value
      .replace(/\n$/, '')
      .split('\n')
      .map((text): DiffLine => ({ kind: added ? 'added' : removed ? 'removed' : 'same', text })),
  );
  const isNear = lines.map((_line, i) =>
    lines.slice(Math.max(0, i - AROUND), i + AROUND + 1).some(({ kind }) => kind !== 'same'),
  );
  if (!isNear.includes(true)) return [];
  const shown: DiffLine[] = [];
  let skipped = 0;
  const endSkip = () => {
    if (skipped > 0) shown.push({ kind: 'skipped', text: `…… ${skipped} 行相同` });
    skipped = 0;
  };
  lines.forEach((line, i) => {
    if (!isNear[i]) {
      skipped++;
      return;
    }
    endSkip();
    shown.push(line);
  });
  endSkip();
  return shown;
}

/** That the last line ends is no difference. */
function ending(text: string): string {
  return `${text.trim()}\n`;
}

/** A line of `parameters` with a value, as rules are written: `minReturns: { label: 退回次数, value: 3 }`. */
const PARAMETER = /^\s+(\w+): *\{.*?label: *([^,}]+).*?value: *([^,}]+)/;

export interface ChangedParameter {
  name: string;
  label: string;
  /** Null: it is new, or gone. */
  before: string | null;
  after: string | null;
}

/** The parameters with one value that differ between two texts of a rule. */
export function changedParameters(before: string, after: string): ChangedParameter[] {
  const [old, now] = [parametersOf(before), parametersOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((name) => {
    const [was, is] = [old.get(name), now.get(name)];
    if (was?.value === is?.value) return [];
    return [{ name, label: is?.label ?? was?.label ?? name, before: was?.value ?? null, after: is?.value ?? null }];
  });
}

function parametersOf(yaml: string): Map<string, { label: string; value: string }> {
  return new Map(
    yaml.split('\n').flatMap((line) => {
      const [, name = '', label = '', value = ''] = PARAMETER.exec(line) ?? [];
      return name === '' ? [] : [[name, { label: label.trim(), value: value.trim() }] as const];
    }),
  );
}
