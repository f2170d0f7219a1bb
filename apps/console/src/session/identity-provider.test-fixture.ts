import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider, type JWK } from 'oidc-provider';

export const CLIENT = { id: 'tianyan', secret: 'a client secret of the identity service' };

/** A real identity service on another site than the console, which stands at 127.0.0.1; until `open` it answers like one that is being restarted. */
export class IdentityProviderFixture {
  /** So far the service's clock is behind when it makes tokens. */
  behindMs = 0;
  private provider: ((request: IncomingMessage, response: ServerResponse) => unknown) | null = null;

  private constructor(
    private readonly server: Server,
    readonly issuer: string,
  ) {}

  static async start(): Promise<IdentityProviderFixture> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo; // a listening TCP server has such an address
    const fixture = new IdentityProviderFixture(server, `http://localhost:${port}`);
    server.on('request', (request, response) => {
      if (request.url === '/token') fixture.turnClockBack(response);
      if (fixture.provider) return void fixture.provider(request, response);
      response.writeHead(503).end();
    });
    return fixture;
  }

  /** People sign in there by any name and password; that name is their account. */
  open(console: string): void {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    // `export` gives the members that a JWK of RSA has.
    const key = { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' } as JWK;
    const provider: Provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          redirect_uris: [`${console}/api/session/identity-service/callback`],
          post_logout_redirect_uris: [`${console}/`],
        },
      ],
      jwks: { keys: [key] },
      cookies: { keys: ['only for this test'] },
      claims: { openid: ['sub'], profile: ['preferred_username'] },
      ttl: { IdToken: 600, Session: 600, Interaction: 600, AccessToken: 600, Grant: 600 },
      findAccount: (_, accountId) => ({
        accountId,
        claims: () => ({ sub: accountId, preferred_username: accountId }),
      }),
      // Nobody is asked whether the county's own console may know who they are.
      async loadExistingGrant(context) {
        const accountId = context.oidc.session?.accountId;
        if (accountId === undefined) return undefined;
        const grant = new provider.Grant({ clientId: CLIENT.id, accountId });
        grant.addOIDCScope('openid profile');
        await grant.save();
        return grant;
      },
    });
    this.provider = provider.callback();
  }

  /** As while it is being restarted. */
  away<T>(work: () => Promise<T>): Promise<T> {
    const { provider } = this;
    this.provider = null;
    return work().finally(() => (this.provider = provider));
  }

  /** Until it has answered: whoever reads the answer has the right time again. */
  private turnClockBack(response: ServerResponse): void {
    const { behindMs } = this;
    if (behindMs === 0) return;
    const right = Date.now;
    Date.now = () => right() - behindMs;
    response.once('finish', () => (Date.now = right));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

/** A browser's part: cookies by site, and addresses that it is sent on to. */
export class BrowserFixture {
  readonly cookies = new Map<string, Map<string, string>>();

  async get(url: string): Promise<Response> {
    return this.send(url, {});
  }

  async send(url: string, init: { method?: string; headers?: Record<string, string>; body?: string }): Promise<Response> {
    const { origin } = new URL(url);
    const own = this.cookies.get(origin) ?? new Map<string, string>();
    const cookie = [...own].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie, origin } });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';', 1);
      const name = pair.slice(0, pair.indexOf('='));
      if (/expires=Thu, 01 Jan 1970/i.test(line)) own.delete(name);
      else own.set(name, pair.slice(pair.indexOf('=') + 1));
    }
    this.cookies.set(origin, own);
    return response;
  }

  /** Where it is sent on to. */
  static next(response: Response, from: string): string {
    const location = response.headers.get('location');
    if (location === null) throw new Error(`${from} sends nowhere: ${response.status}`);
    return new URL(location, from).href;
  }

  /** Signs in at the service; returns the address by which it sends the browser back to the console, not gone to yet. */
  async throughService(url: string, account: string, console: string): Promise<string> {
    let at = url;
    for (let hops = 0; hops < 10; hops++) {
      if (at.startsWith(console)) return at;
      const response = at.includes('/interaction/')
        ? await this.send(at, {
            method: 'POST',
            headers: { 'content-type': 'application/x-www-form-urlencoded' },
            body: new URLSearchParams({ prompt: 'login', login: account, password: 'any' }).toString(),
          })
        : await this.get(at);
      at = BrowserFixture.next(response, at);
    }
    throw new Error(`the service never sent the browser back; it stands at ${at}`);
  }
}
