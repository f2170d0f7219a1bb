/** Longer lines are seen whole neither in the console nor in a review. */
const MAX_LINE_CHARS = 120;

/** Texts and comments, which stay whole; or a character. */
const TOKEN = /'(?:[^'\\]|\\.|'')*'|\/\*.*?\*\/|./gs;
/** Where a condition or a sum of parts may go on in a line of its own. */
const LINK = /^ (?:AND|OR|\+) /;

interface Group {
  /** Its brackets. */
  open: number;
  close: number;
  /** Where its parts begin, after the first. */
  breaks: number[];
}

interface Parsed {
  /** Brackets that are opened and closed in the line. */
  groups: Group[];
  /** Where it may go on in a line of its own, outside of them. */
  links: number[];
}

/**
 * SQL for people: a long line has its conditions below each other, or the parts of its longest bracket, and so on inside of them. Only spaces
 * and ends of lines differ. The SQL is one that the compiler has written: comments that go to the end of a line would swallow what follows.
 */
export function foldedSql(sql: string): string {
  return sql.split('\n').flatMap(foldedLine).join('\n');
}

function foldedLine(line: string): string[] {
  if (line.length <= MAX_LINE_CHARS) return [line];
  const indent = ' '.repeat(line.length - line.trimStart().length);
  const { groups, links } = parsed(line);
  if (links.length > 0)
    return [0, ...links].flatMap((from, i) => foldedLine(`${indent}${i === 0 ? '' : '  '}${line.slice(from, links[i]).trim()}`));
  const group = widest(groups);
  if (!group) return [line];
  const ends = [...group.breaks, group.close];
  const parts = [group.open + 1, ...group.breaks].map((from, i) => `${indent}  ${line.slice(from, ends[i]).trim()}`);
  return [line.slice(0, group.open + 1), ...parts.flatMap(foldedLine), ...foldedLine(`${indent}${line.slice(group.close)}`)];
}

/** The longest bracket that has several parts, among those that stand in no other such. */
function widest(groups: readonly Group[]): Group | null {
  const several = groups.filter(({ breaks }) => breaks.length > 0);
  const outer = several.filter((one) => !several.some(({ open, close }) => open < one.open && one.close < close));
  return outer.toSorted((a, b) => b.close - b.open - (a.close - a.open))[0] ?? null;
}

function parsed(line: string): Parsed {
  const groups: Group[] = [];
  const outside: number[] = [];
  const start = line.length - line.trimStart().length;
  const open: { at: number; commas: number[]; links: number[] }[] = [];
  for (const { 0: token, index } of line.matchAll(TOKEN)) {
    const inner = open.at(-1);
    if (token === '(' || token === '[') open.push({ at: index, commas: [], links: [] });
    else if (token === ',') inner?.commas.push(index + 1);
    else if (token === ' ' && index > start && LINK.test(line.slice(index, index + 5))) (inner?.links ?? outside).push(index);
    else if ((token === ')' || token === ']') && inner) {
      open.pop();
      groups.push({ open: inner.at, close: index, breaks: inner.commas.length > 0 ? inner.commas : inner.links });
    }
  }
  return { groups, links: outside };
}
