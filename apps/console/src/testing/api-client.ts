/** A browser's part of the talk: keeps the cookie, sends its own origin. */
export class ApiClient {
  cookie: string | null = null;
  /** The last `Set-Cookie`, with its attributes. */
  setCookie: string | null = null;

  constructor(private readonly baseUrl: string) {}

  get(path: string, headers: Record<string, string> = {}) {
    return this.send('GET', path, undefined, headers);
  }

  post(path: string, body: unknown = {}, headers: Record<string, string> = {}) {
    return this.send('POST', path, body, headers);
  }

  // The body is whatever the server said; tests check it with the schema of the route.
  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: Any; headers: Headers }> {
    const response = await fetch(this.baseUrl + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        origin: this.baseUrl,
        ...(this.cookie === null ? {} : { cookie: this.cookie }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const setCookie = response.headers.get('set-cookie');
    if (setCookie !== null) {
      this.setCookie = setCookie;
      this.cookie = setCookie.split(';', 1)[0] ?? null;
    }
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') === true && text !== '';
    return { status: response.status, body: json ? JSON.parse(text) : text, headers: response.headers };
  }
}

// Tests look into the answers of every route; their shapes are what is being tested.
// oxlint-disable-next-line typescript/no-explicit-any
type Any = any;
