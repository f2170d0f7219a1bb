import type { z } from 'zod';
import {
  findingListSchema,
  overviewSchema,
  sessionSchema,
  startSweepResultSchema,
  sweepListSchema,
  type FindingSummary,
  type Overview,
  type Sweep,
} from '@tianyan/console-app/api';
import type { Product } from './product.js';

/** Speaks to the console's API as the page does, and checks every answer against its schema. */
export class ApiClient {
  private cookie = '';

  constructor(private readonly baseUrl: string) {}

  /** Signs in; with the first password it changes it at once, as the product demands. */
  static async signIn(product: Pick<Product, 'url' | 'firstPassword'>, account: string, newPassword: string): Promise<ApiClient> {
    const client = new ApiClient(product.url);
    const tryWith = (password: string) => client.send('POST', '/api/session', { account, password });
    let response = await tryWith(newPassword);
    if (response.status === 401) response = await tryWith(product.firstPassword(account));
    const session = sessionSchema.parse(await json(response));
    if (session.mustChangePassword) {
      const change = await client.send('POST', '/api/session/password', {
        currentPassword: product.firstPassword(account),
        newPassword,
      });
      await json(change);
    }
    return client;
  }

  async overview(): Promise<Overview> {
    return this.get('/api/overview', overviewSchema);
  }

  async openFindings(): Promise<FindingSummary[]> {
    const found: FindingSummary[] = [];
    let cursor: string | null = null;
    do {
      const path: string = `/api/findings?status=open&limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;
      const page: { items: FindingSummary[]; nextCursor: string | null } = await this.get(path, findingListSchema);
      found.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor);
    return found;
  }

  /** Starts a sweep of all rules, after the one that may be running, and waits until it has ended. */
  async sweep(patienceMs = 120_000): Promise<Sweep> {
    const { sweepId } = await until('no other sweep is running', 120_000, async () => {
      const response = await this.send('POST', '/api/sweeps', {});
      return response.status === 409 ? undefined : startSweepResultSchema.parse(await json(response));
    });
    return until(`sweep ${sweepId} ended`, patienceMs, async () => {
      const { items } = await this.get('/api/sweeps?limit=20', sweepListSchema);
      return items.find((sweep) => sweep.id === sweepId && sweep.state !== 'running');
    });
  }

  async get<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>> {
    return schema.parse(await json(await this.send('GET', path)));
  }

  async post<S extends z.ZodType>(path: string, body: unknown, schema: S): Promise<z.output<S>> {
    return schema.parse(await json(await this.send('POST', path, body)));
  }

  async send(method: string, path: string, body?: unknown): Promise<Response> {
    const ask = () =>
      fetch(`${this.baseUrl}${path}`, {
        method,
        headers: {
          cookie: this.cookie,
          origin: this.baseUrl,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    // A server that had much to do closes a kept connection just when the next question is on its way: a question can be asked again.
    return this.keepCookie(await (method === 'GET' ? ask().catch(ask) : ask()));
  }

  async sendForm(path: string, body: FormData): Promise<Response> {
    const headers = { cookie: this.cookie, origin: this.baseUrl };
    return this.keepCookie(await fetch(`${this.baseUrl}${path}`, { method: 'POST', headers, body }));
  }

  private keepCookie(response: Response): Response {
    const set = response.headers.getSetCookie()[0];
    if (set) this.cookie = set.split(';', 1)[0] ?? '';
    return response;
  }
}

async function json(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${response.url}: ${text.slice(0, 500)}`);
  return JSON.parse(text);
}

const POLL_MS = 250;

/** Asks until the answer is there; fails with the last word of `describe` when the time is over. */
export async function until<T>(
  what: string,
  timeoutMs: number,
  ask: () => Promise<T | undefined | false>,
  describe: () => string = () => '',
): Promise<T> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadlineMs) throw new Error(`not within ${timeoutMs} ms: ${what}\n${describe()}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
