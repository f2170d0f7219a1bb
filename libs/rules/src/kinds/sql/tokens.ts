/** A piece of a query: what it is decides what may stand beside it. */
export interface Token {
  kind: 'word' | 'number' | 'text' | 'parameter' | 'mark' | 'space';
  /** As written; of a text what stands between its quotes, of a parameter its name. */
  value: string;
  line: number;
}

/** What a query is written with; whatever else ClickHouse would read (quoted names, here-documents, comments of other kinds) is none. */
const PIECES: readonly { kind: Token['kind'] | 'comment'; pattern: RegExp }[] = [
  { kind: 'space', pattern: /[ \t\r\n]+/y },
  { kind: 'comment', pattern: /--[^\n]*/y },
  { kind: 'word', pattern: /[A-Za-z_][A-Za-z0-9_]*/y },
  { kind: 'number', pattern: /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![A-Za-z0-9_])/y },
  { kind: 'text', pattern: /'(?:[^'\\]|'')*'/y },
  { kind: 'parameter', pattern: /\{[ ]*[a-z][A-Za-z0-9]*[ ]*\}/y },
  { kind: 'mark', pattern: /->|::|\|\||<=>|<=|>=|!=|<>|==|\/(?!\*)|[-+*%=<>?:,.()[\]]/y },
];

export class QueryTextError extends Error {
  override readonly name = 'QueryTextError';
  constructor(
    /** Chinese. */
    readonly problem: string,
    readonly line: number,
  ) {
    super(problem);
  }
}

/** Takes a query apart. Throws QueryTextError for what no query is written with. */
export function tokensOf(query: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (let at = 0; at < query.length;) {
    const piece = pieceAt(query, at);
    if (!piece) throw new QueryTextError(unreadable(query[at] ?? ''), line);
    const { kind, text } = piece;
    if (kind === 'comment') tokens.push({ kind: 'space', value: ' ', line });
    else tokens.push({ kind, value: valueOf(kind, text), line });
    line += text.split('\n').length - 1;
    at += text.length;
  }
  return tokens;
}

function pieceAt(query: string, at: number): { kind: Token['kind'] | 'comment'; text: string } | null {
  for (const { kind, pattern } of PIECES) {
    pattern.lastIndex = at;
    const text = pattern.exec(query)?.[0];
    if (text !== undefined) return { kind, text };
  }
  return null;
}

function valueOf(kind: Token['kind'], text: string): string {
  if (kind === 'text') return text.slice(1, -1).replaceAll("''", "'");
  return kind === 'parameter' ? text.slice(1, -1).trim() : text;
}

function unreadable(char: string): string {
  switch (char) {
    case ';':
      return '只能写一条 SELECT，不要写分号';
    case '"':
    case '`':
      return '列名、表名不要加引号；文字用单引号';
    case "'":
      return '文字的单引号没有配对，或里面有反斜杠';
    case '/':
      return '注释只能用 --，写到行尾';
    case '{':
      return '花括号里只写参数名或 now，如 {limit}';
    default:
      return /\d/.test(char) ? '数字写法不对' : `不能使用字符 ${char}（文字要放在单引号里）`;
  }
}
