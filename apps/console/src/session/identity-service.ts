import type { Seal } from '@tianyan/access';
import { HOUR_MS, MINUTE_MS, type Clock, type EpochMs } from '@tianyan/kernel';
import { isOnThisMachine, type IdentityServiceSettings } from '@tianyan/runtime';
import * as oidc from 'openid-client';
import type { Logger } from 'pino';
import { z } from 'zod';

/** To sign in there; then the way back is closed. */
export const IDENTITY_WITHIN_MS = 10 * MINUTE_MS;
/** What the service says of itself is asked for again after so long; its keys are looked after by the library. */
const DISCOVERY_KEPT_MS = HOUR_MS;
/** Somebody waits in front of the page. */
const TIMEOUT_S = 10;
const SCOPE = 'openid profile';
const SEALED_FOR = 'identity-attempt';

/** What binds the answer to the browser that asked: in its cookie, sealed, so that it can neither be read nor made there. */
const attemptSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  callbackUrl: z.string(),
  returnPath: z.string(),
  expiresAtMs: z.int(),
});
type Attempt = z.infer<typeof attemptSchema>;

/** Why nobody is named. `away`: the service does not answer; `expired`: another browser, or too late; `refused`: all else. */
export type IdentityFailure = 'away' | 'expired' | 'refused';

export type Identified =
  { state: 'named'; account: string; returnPath: string } | { state: 'failed'; why: IdentityFailure; returnPath: string };

/**
 * The county's own identity service, by OpenID Connect: authorization code with PKCE, nonce and state. It is asked for nothing before
 * somebody presses the button, so that one that is away holds up no start.
 */
export class IdentityService {
  private discovered: { config: oidc.Configuration; untilMs: EpochMs } | null = null;

  /** @param parts.clock the machine's clock */
  constructor(private readonly parts: { settings: IdentityServiceSettings; seal: Seal; clock: Clock; logger: Logger }) {}

  get trustsFactor(): boolean {
    return this.parts.settings.trustsFactor;
  }

  /** Where the browser goes, and what it keeps until it comes back; null: the service is away. */
  async begin(input: { callbackUrl: string; returnPath: string }): Promise<{ url: string; sealed: string } | null> {
    const config = await this.configuration();
    if (config === null) return null;
    const attempt: Attempt = {
      ...input,
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier: oidc.randomPKCECodeVerifier(),
      expiresAtMs: this.parts.clock.nowMs() + IDENTITY_WITHIN_MS,
    };
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri: attempt.callbackUrl,
      scope: SCOPE,
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, sealed: this.parts.seal.seal(JSON.stringify(attempt), SEALED_FOR) };
  }

  /**
   * Reads what the service has sent the browser back with.
   * @param answer the parameters of the address
   * @param sealed what the browser kept
   */
  async finish(answer: URLSearchParams, sealed: string | null): Promise<Identified> {
    const attempt = this.opened(sealed);
    if (attempt === null) return { state: 'failed', why: 'expired', returnPath: '/' };
    const { returnPath } = attempt;
    const config = await this.configuration();
    if (config === null) return { state: 'failed', why: 'away', returnPath };
    try {
      const account = await this.accountOf(config, answer, attempt);
      if (account !== null) return { state: 'named', account, returnPath };
      this.parts.logger.warn({ claim: this.parts.settings.accountClaim }, 'the identity service named nobody by the claim');
      return { state: 'failed', why: 'refused', returnPath };
    } catch (error) {
      const why = failureOf(error);
      if (why === null) throw error;
      this.parts.logger.warn({ err: error, why }, 'an answer of the identity service was not taken');
      return { state: 'failed', why, returnPath };
    }
  }

  /** Where the person leaves the service too; null: it has no such page, or is away. */
  async endSessionUrl(returnTo: string): Promise<string | null> {
    const config = await this.configuration();
    if (config?.serverMetadata().end_session_endpoint === undefined) return null;
    return oidc.buildEndSessionUrl(config, { post_logout_redirect_uri: returnTo }).href;
  }

  /** Throws what the library throws: wrong state, nonce, issuer, audience, signature, time, or an answer that says no. */
  private async accountOf(config: oidc.Configuration, answer: URLSearchParams, attempt: Attempt): Promise<string | null> {
    const currentUrl = new URL(attempt.callbackUrl);
    currentUrl.search = answer.toString();
    const tokens = await oidc.authorizationCodeGrant(config, currentUrl, {
      expectedState: attempt.state,
      expectedNonce: attempt.nonce,
      pkceCodeVerifier: attempt.verifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined) return null;
    const { accountClaim } = this.parts.settings;
    // Services differ in whether the ID token holds what a scope asks for, or the page of the person alone.
    const claim = claims[accountClaim] ?? (await oidc.fetchUserInfo(config, tokens.access_token, claims.sub))[accountClaim];
    return typeof claim === 'string' && claim.trim() !== '' ? claim.trim() : null;
  }

  private opened(sealed: string | null): Attempt | null {
    const text = sealed === null ? null : this.parts.seal.open(sealed, SEALED_FOR);
    if (text === null) return null;
    const attempt = attemptSchema.parse(JSON.parse(text));
    return attempt.expiresAtMs > this.parts.clock.nowMs() ? attempt : null;
  }

  /** Null: the service is away, and is asked again the next time. */
  private async configuration(): Promise<oidc.Configuration | null> {
    const { settings, clock, logger } = this.parts;
    if (this.discovered !== null && this.discovered.untilMs > clock.nowMs()) return this.discovered.config;
    try {
      const config = await discover(settings);
      this.discovered = { config, untilMs: clock.nowMs() + DISCOVERY_KEPT_MS };
      return config;
    } catch (error) {
      logger.warn({ err: error, issuer: settings.issuer }, 'the identity service does not say where it is');
      // What it said before holds until it says something else.
      return this.discovered?.config ?? null;
    }
  }
}

async function discover({ issuer, clientId, clientSecret }: IdentityServiceSettings): Promise<oidc.Configuration> {
  const url = new URL(issuer);
  // In clear on this machine alone: the settings allow nothing else.
  const execute = url.protocol === 'http:' && isOnThisMachine(url.hostname) ? [oidc.allowInsecureRequests] : [];
  const found = await oidc.discovery(url, clientId, undefined, oidc.ClientSecretBasic(clientSecret), {
    execute,
    timeout: TIMEOUT_S,
  });
  const methods = found.serverMetadata().token_endpoint_auth_methods_supported;
  // A service that names no method knows this one (OpenID Connect Discovery).
  if (methods === undefined || methods.includes('client_secret_basic')) return found;
  const config = new oidc.Configuration(found.serverMetadata(), clientId, undefined, oidc.ClientSecretPost(clientSecret));
  config.timeout = TIMEOUT_S;
  for (const change of execute) change(config);
  return config;
}

/** Null for what is no failure of the talk with the service. */
function failureOf(error: unknown): IdentityFailure | null {
  if (error instanceof oidc.ClientError) return error.code === 'OAUTH_TIMEOUT' || isServerFault(error.cause) ? 'away' : 'refused';
  if (error instanceof oidc.ResponseBodyError || error instanceof oidc.WWWAuthenticateChallengeError)
    return error.status >= 500 ? 'away' : 'refused';
  if (error instanceof oidc.AuthorizationResponseError) return 'refused';
  // What `fetch` throws when there is no connection.
  return error instanceof TypeError && error.cause !== undefined ? 'away' : null;
}

/** An answer that is none of the protocol's: of a service that is starting, or of a proxy in front of it. */
function isServerFault(cause: unknown): boolean {
  return cause instanceof Response && cause.status >= 500;
}
