import { ALLOWED_FUNCTIONS, INSTEAD, INSTEAD_OF_WORDS } from './allowed-functions.js';
import { QueryTextError, tokensOf, type Token } from './tokens.js';

/** Deeper, nobody reads it, and the parser of the database refuses it at some depth of its own. */
const MAX_DEPTH = 40;

/** Words after which a parenthesis is no call. */
const BEFORE_PARENTHESIS = new Set(
  `SELECT DISTINCT FROM WHERE BY HAVING LIMIT OFFSET AS AND OR NOT IN BETWEEN LIKE ILIKE CASE WHEN THEN ELSE JOIN ON USING ALL UNION OVER
   QUALIFY INTERSECT EXCEPT IS`.split(/\s+/),
);

/** Words of SQL that say something else than to read: none may stand anywhere. */
const REFUSED_WORDS = new Set(
  `SETTINGS FORMAT INTO OUTFILE INFILE EXPLAIN DESCRIBE SHOW INSERT UPDATE DELETE ALTER DROP CREATE ATTACH DETACH SYSTEM SET USE KILL GRANT
   REVOKE TRUNCATE OPTIMIZE RENAME EXCHANGE EXECUTE VALUES RECURSIVE FINAL SAMPLE PREWHERE INTERVAL GLOBAL COLUMNS APPLY REPLACE PASTE FILL
   INTERPOLATE TEMPORARY DATABASE TABLE CLUSTER PARALLEL BACKUP RESTORE CHECK EXISTS WATCH UNDROP MOVE`.split(/\s+/),
);

/** Other words of SQL: no table may be called so, or one of them could be taken for the other. */
const OTHER_WORDS = new Set(
  `WITH GROUP ORDER WINDOW PARTITION ARRAY LEFT RIGHT INNER OUTER FULL CROSS ANY ASOF SEMI ANTI NULL TRUE FALSE END ASC DESC`.split(
    /\s+/,
  ),
);

/** Words before another SELECT of the same level. */
const BETWEEN_SELECTS = new Set(['UNION', 'ALL', 'DISTINCT', 'INTERSECT', 'EXCEPT']);

/** Types with a part in parentheses. */
const TYPES_WITH_PARTS = new Set(['Nullable', 'Array', 'Decimal', 'LowCardinality']);

/** Names of tables of the database all have an underscore; a name of this shape never means one, wherever it is known. */
const OWN_TABLE = /^[a-z][A-Za-z0-9]*$/;

/** A query that only reads the tables that it is given. */
export interface CheckedQuery {
  tokens: readonly Token[];
  /** Names of parameters, `now` among them. */
  parameters: ReadonlySet<string>;
  /** Every name that may be a column. */
  words: ReadonlySet<string>;
  /** Columns of its answer, as far as they have names; null: it asks for all that a table has. */
  columns: ReadonlySet<string> | null;
}

/**
 * Lets through one SELECT that reads nothing but `tables` and what it makes of them itself, by functions of a list. What this passes may still be a
 * mistake (an unknown column): that the database says. Throws QueryTextError, in Chinese.
 */
export function checkQuery(query: string, tables: ReadonlySet<string>): CheckedQuery {
  const tokens = tokensOf(query);
  const said = tokens.filter(({ kind }) => kind !== 'space');
  const [first] = said;
  if (!first || !['SELECT', 'WITH'].includes(upper(first)))
    throw new QueryTextError('应以 SELECT 开头（或先用 WITH 起名）', first?.line ?? 1);
  for (const table of tables)
    if ([BEFORE_PARENTHESIS, REFUSED_WORDS, OTHER_WORDS].some((words) => words.has(table.toUpperCase())))
      throw new QueryTextError(`输入名 ${table} 是 SQL 的关键字，请给输入换个名称`, 1);
  const known = new Set([...tables, ...ownTables(said, tables)]);
  new Walk(said, known).check();
  return {
    tokens,
    parameters: new Set(said.flatMap(({ kind, value }) => (kind === 'parameter' ? [value] : []))),
    words: new Set(said.flatMap(({ kind, value }) => (kind === 'word' ? [value] : []))),
    columns: columnsOf(said),
  };
}

/** Whether the instant of the evaluation stands in it. Throws QueryTextError. */
export function asksForNow(query: string): boolean {
  return tokensOf(query).some(({ kind, value }) => kind === 'parameter' && value === 'now');
}

function upper(token: Token | undefined): string {
  return token?.kind === 'word' ? token.value.toUpperCase() : '';
}

function isMark(token: Token | undefined, value: string): boolean {
  return token?.kind === 'mark' && token.value === value;
}

/** Tables that the query names itself: `name AS (SELECT …`. */
function ownTables(said: readonly Token[], tables: ReadonlySet<string>): string[] {
  return said.flatMap((token, i) => {
    const opens = upper(said[i + 1]) === 'AS' && isMark(said[i + 2], '(') && ['SELECT', 'WITH'].includes(upper(said[i + 3]));
    if (token.kind !== 'word' || !opens) return [];
    if (!OWN_TABLE.test(token.value))
      throw new QueryTextError(`WITH 里的名称 ${token.value} 须以小写字母开头，只含字母和数字`, token.line);
    if (tables.has(token.value)) throw new QueryTextError(`WITH 里的名称 ${token.value} 与输入重名，请换一个`, token.line);
    return [token.value];
  });
}

/** Pairs of words, since a column may be called like one of them: then the database reads no pair either. */
function endsTables(word: string, next: Token | undefined): boolean {
  if (word === 'GROUP' || word === 'ORDER') return upper(next) === 'BY';
  return word === 'LIMIT' && (next?.kind === 'number' || next?.kind === 'parameter');
}

/** Where a level of parentheses is: among the tables of a SELECT, and behind which of their words. */
interface Level {
  closes: ')' | ']';
  /** A comma here would begin another table. */
  inTables: boolean;
}

/** Goes through the pieces once. */
class Walk {
  private readonly levels: Level[] = [];
  private level: Level = { closes: ')', inTables: false };

  constructor(
    private readonly said: readonly Token[],
    private readonly known: ReadonlySet<string>,
  ) {}

  check(): void {
    this.said.forEach((token, i) => {
      if (token.kind === 'word') this.word(token, i);
      else if (token.kind === 'mark') this.mark(token);
    });
    if (this.levels.length > 0) throw new QueryTextError('括号没有配对', this.said.at(-1)?.line ?? 1);
  }

  private mark(token: Token): void {
    const { value, line } = token;
    if (value === '(' || value === '[') {
      this.levels.push(this.level);
      this.level = { closes: value === '(' ? ')' : ']', inTables: false };
      if (this.levels.length > MAX_DEPTH) throw new QueryTextError(`括号最多套 ${MAX_DEPTH} 层`, line);
    } else if (value === ')' || value === ']') {
      const outer = this.levels.pop();
      if (!outer || this.level.closes !== value) throw new QueryTextError('括号没有配对', line);
      this.level = outer;
    } else if (value === ',' && this.level.inTables) throw new QueryTextError('几个表请用 JOIN … ON 连接，不要用逗号', line);
  }

  private word(token: Token, i: number): void {
    const word = upper(token);
    const next = this.said[i + 1];
    // Behind a dot it is a column, whatever it is called.
    const isColumn = isMark(this.said[i - 1], '.');
    if (REFUSED_WORDS.has(word) && !isColumn)
      throw new QueryTextError(`不能使用 ${token.value}：${INSTEAD_OF_WORDS[word] ?? '只能查询，不能改动或设置'}`, token.line);
    if (isMark(next, '(')) this.call(token, word);
    if (isColumn) return;
    if (['FROM', 'JOIN'].includes(word)) this.tables(token, i);
    else if (word === 'IN') this.among(next, i);
    else if (word === 'USING' && !isMark(next, '(')) throw new QueryTextError('USING 后的列请放在括号里', token.line);
    else if (word === 'SELECT') this.select(token, i);
    else if (endsTables(word, next)) this.level.inTables = false;
  }

  /** What follows is a table, and so would be what follows a comma, until a word after which a comma means something else. */
  private tables(token: Token, i: number): void {
    // Behind it stands a list and no table; that a column is called so cannot be told from it.
    if (upper(token) === 'JOIN' && upper(this.said[i - 1]) === 'ARRAY')
      throw new QueryTextError('请用函数 arrayJoin，不用 ARRAY JOIN', token.line);
    this.table(this.said[i + 1], this.said[i + 2], token);
    this.level.inTables = true;
  }

  /** A column may be called so: only where one SELECT follows another does it begin something new. */
  private select(token: Token, i: number): void {
    if (this.level.inTables && !BETWEEN_SELECTS.has(upper(this.said[i - 1])))
      throw new QueryTextError('SELECT 要写在 FROM 之前', token.line);
    this.level.inTables = false;
  }

  private call(token: Token, word: string): void {
    const name = token.value;
    if (BEFORE_PARENTHESIS.has(word) || TYPES_WITH_PARTS.has(name)) return;
    if (ALLOWED_FUNCTIONS.has(name) || ALLOWED_FUNCTIONS.has(name.toLowerCase())) return;
    const instead = INSTEAD[name.toLowerCase()];
    throw new QueryTextError(
      `不能使用函数 ${name}${instead === undefined ? '，可用的函数见规则指南“sql：专家查询”' : `，请改用 ${instead}`}`,
      token.line,
    );
  }

  /** A name alone behind IN, or in a function of that name, is a table to the database, in parentheses too: a list holds values alone. */
  private among(next: Token | undefined, at: number): void {
    if (!isMark(next, '(') && !isMark(next, '[')) return this.table(next, this.said[at + 2], this.said[at] ?? raise());
    if (['SELECT', 'WITH'].includes(upper(this.said[at + 2]))) return;
    let depth = 0;
    for (const token of this.said.slice(at + 1)) {
      if (isMark(token, '(') || isMark(token, '[')) depth++;
      else if (isMark(token, ')') || isMark(token, ']')) depth--;
      if (depth === 0) return;
      if (token.kind === 'word' && !['TRUE', 'FALSE', 'NULL'].includes(upper(token)))
        throw new QueryTextError('IN 后的括号里只写值（数字、单引号里的文字、{参数}），或一条 SELECT', token.line);
    }
  }

  /** Behind a word that asks for a table: one that is known, or another SELECT. */
  private table(token: Token | undefined, after: Token | undefined, asking: Token): void {
    if (isMark(token, '(')) {
      if (['SELECT', 'WITH'].includes(upper(after))) return;
      throw new QueryTextError(`${asking.value} 后的括号里应是 SELECT`, asking.line);
    }
    const isTable = token?.kind === 'word' && this.known.has(token.value) && !isMark(after, '.') && !isMark(after, '(');
    if (isTable) return;
    throw new QueryTextError(
      `${asking.value} 后只能是规则的输入或 WITH 里起的名称：${[...this.known].join('、')}`,
      token?.line ?? asking.line,
    );
  }
}

/** Names of the items of the first outermost SELECT. */
function columnsOf(said: readonly Token[]): Set<string> | null {
  const columns = new Set<string>();
  let depth = 0;
  let begun = false;
  let item: Token[] = [];
  for (const token of [...said, { kind: 'word', value: 'FROM', line: 0 } as const]) {
    if (isMark(token, '(') || isMark(token, '[')) depth++;
    else if (isMark(token, ')') || isMark(token, ']')) depth--;
    if (!begun) {
      begun = depth === 0 && upper(token) === 'SELECT';
      continue;
    }
    const ends = depth === 0 && (isMark(token, ',') || upper(token) === 'FROM');
    if (!ends) {
      item.push(token);
      continue;
    }
    const last = item.at(-1);
    if (isMark(last, '*') && (item.length === 1 || isMark(item.at(-2), '.'))) return null;
    if (last?.kind === 'word') columns.add(last.value);
    if (!isMark(token, ',')) break;
    item = [];
  }
  return columns;
}

function raise(): never {
  throw new TypeError('a piece of the query is missing');
}
