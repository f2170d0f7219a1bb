import type { SignIn, SignInAnswer } from '@tianyan/access';
import { RefusedError } from '@tianyan/kernel';
import type { IdentityProblem } from '../api/index.js';
import type { IdentityService } from './identity-service.js';
import { ownPath } from './own-path.js';

/** Somebody whom the identity service has sent back: let in, half or wholly, or why not. */
export type Arrival =
  | { state: 'entered'; entered: SignInAnswer; returnPath: string }
  | { state: 'turned-away'; why: IdentityProblem; returnPath: string };

/** Signing in by the county's own identity service. */
export class IdentityCases {
  /** @param parts.service null: none is configured */
  constructor(private readonly parts: { service: IdentityService | null; signIn: SignIn }) {}

  get isOffered(): boolean {
    return this.parts.service !== null;
  }

  /** Null: the service is away. Throws RefusedError('not-found') where none is configured. */
  begin(callbackUrl: string, asked: unknown): Promise<{ url: string; sealed: string } | null> {
    return this.service().begin({ callbackUrl, returnPath: ownPath(asked) });
  }

  async arrive(input: { answer: URLSearchParams; sealed: string | null; address: string }): Promise<Arrival> {
    const service = this.service();
    const found = await service.finish(input.answer, input.sealed);
    const { returnPath } = found;
    if (found.state === 'failed') return { state: 'turned-away', why: found.why, returnPath };
    const { trustsFactor } = service;
    const entered = await this.parts.signIn.openNamed({ account: found.account, address: input.address, trustsFactor });
    if (entered.state === 'refused') return { state: 'turned-away', why: entered.why, returnPath };
    return { state: 'entered', entered, returnPath };
  }

  /** Where who came by the service leaves it too; null: nowhere. */
  async endSessionUrl(returnTo: string): Promise<string | null> {
    return this.parts.service === null ? null : this.parts.service.endSessionUrl(returnTo);
  }

  private service(): IdentityService {
    if (this.parts.service === null) throw new RefusedError('not-found', '没有配置单位统一身份登录，请用账号和密码登录');
    return this.parts.service;
  }
}
