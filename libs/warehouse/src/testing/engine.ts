import { ChdbConnection } from 'chdb/connection';
import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';

/** Sessions that are kept open; each is an own client of the engine. */
const MAX_IDLE_SESSIONS = 16;

/** Statements at once; the engine has few threads here, and more would only wait inside. */
const MAX_RUNNING = 8;

/** The facade writes parameters into the statement, which then may be longer than the client was allowed to send. */
const OWN_SETTINGS: readonly (readonly [string, string])[] = [['max_query_size', '268435456']];

interface Session {
  /** The settings it was opened with, for good. */
  key: string;
  connection: ChdbConnection;
}

export interface Statement {
  sql: string;
  /** Rows of an insert. */
  values: string | null;
  /** Format of the answer where the statement names none. */
  format: string;
  settings: ReadonlyMap<string, string>;
}

/**
 * The embedded engine as a server uses it: many statements at once, each with settings of its own. A setting sticks to an
 * embedded client, so no client is ever used with other settings than those it was opened with.
 */
export class Engine {
  private idle: Session[] = [];
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  /** Stays open, so that the engine does not shut down when the last other session closes. */
  private readonly anchor: ChdbConnection;

  constructor(private readonly directory: string) {
    this.anchor = new ChdbConnection({ path: directory });
  }

  /** Throws the error of ClickHouse. */
  async run(statement: Statement): Promise<string> {
    if (this.running >= MAX_RUNNING) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.running += 1;
    try {
      const session = await this.open(statement.settings);
      try {
        const { stream } = await session.connection.exec({
          query: statement.sql,
          ...(statement.values === null ? {} : { values: Readable.from([statement.values]) }),
          // A format is an option of the call there, no setting.
          clickhouse_settings: { default_format: statement.format as 'JSON' }, // any format; typed too narrowly
        });
        return await text(stream);
      } finally {
        await this.giveBack(session);
      }
    } finally {
      this.running -= 1;
      this.waiting.shift()?.();
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.idle.map(({ connection }) => connection.close()));
    await this.anchor.close();
  }

  private async open(settings: ReadonlyMap<string, string>): Promise<Session> {
    const key = JSON.stringify([...settings].toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const index = this.idle.findLastIndex((session) => session.key === key);
    const [known] = index < 0 ? [] : this.idle.splice(index, 1);
    if (known) return known;
    const connection = new ChdbConnection({ path: this.directory });
    try {
      // `readonly` last: after it no setting can be changed any more.
      const ordered = [...OWN_SETTINGS, ...settings].toSorted(([a], [b]) => Number(a === 'readonly') - Number(b === 'readonly'));
      for (const [name, value] of ordered) {
        if (name === 'max_query_size' && settings.has(name)) continue;
        await connection.command({ query: `SET ${name} = ${settingText(value)}` });
      }
      return { key, connection };
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  private async giveBack(session: Session): Promise<void> {
    this.idle.push(session);
    if (this.idle.length > MAX_IDLE_SESSIONS) await this.idle.shift()?.connection.close();
  }
}

function settingText(value: string): string {
  return /^\d+$/.test(value) ? value : `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
