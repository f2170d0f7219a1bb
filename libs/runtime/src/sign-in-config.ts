import { ROLES, type Role } from '@tianyan/access/api';
import { RefusedError } from '@tianyan/kernel';
import { z } from 'zod';

/** How people sign in, beyond the password. */
export const signInVariables = {
  /** Roles that must have a second factor, separated by commas; whoever has none sets one up before anything else. */
  TIANYAN_SECOND_FACTOR_ROLES: z
    .string()
    .transform((text) => text.split(',').flatMap((part) => part.trim() || []))
    .pipe(z.array(z.enum(ROLES, `只能是这些角色，多个用逗号分隔：${ROLES.join('、')}`)))
    .default([]),
  /** Issuer of the county's own identity service (OpenID Connect); `https`, but on this machine. */
  TIANYAN_OIDC_ISSUER: z.string().refine(isIssuer, '应写成 https://主机/路径，不带参数；只有本机的服务可以用 http').optional(),
  TIANYAN_OIDC_CLIENT_ID: z.string().min(1).optional(),
  TIANYAN_OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  /** Claim of the ID token that is the account's name here. */
  TIANYAN_OIDC_ACCOUNT_CLAIM: z.string().min(1).default('preferred_username'),
  /** `yes`: the service asks for a second factor itself, and none is asked for here. */
  TIANYAN_OIDC_TRUSTS_FACTOR: z.enum(['yes', 'no']).default('no'),
};

export interface IdentityServiceSettings {
  issuer: string;
  clientId: string;
  clientSecret: string;
  accountClaim: string;
  trustsFactor: boolean;
}

export interface SignInSettings {
  secondFactorRoles: readonly Role[];
  /** null: people sign in by password alone. */
  identityService: IdentityServiceSettings | null;
}

const variables = z.object(signInVariables);

/** @throws RefusedError when settings that belong together are incomplete. */
export function signInFromEnvironment(env: z.output<typeof variables>): SignInSettings {
  const { TIANYAN_OIDC_ISSUER: issuer, TIANYAN_OIDC_CLIENT_ID: clientId, TIANYAN_OIDC_CLIENT_SECRET: clientSecret } = env;
  const secondFactorRoles = env.TIANYAN_SECOND_FACTOR_ROLES;
  if (issuer === undefined && clientId === undefined && clientSecret === undefined)
    return { secondFactorRoles, identityService: null };
  if (issuer === undefined || clientId === undefined || clientSecret === undefined)
    throw new RefusedError(
      'invalid',
      '配置有误：TIANYAN_OIDC_ISSUER、TIANYAN_OIDC_CLIENT_ID、TIANYAN_OIDC_CLIENT_SECRET 要一起设置',
    );
  const accountClaim = env.TIANYAN_OIDC_ACCOUNT_CLAIM;
  const trustsFactor = env.TIANYAN_OIDC_TRUSTS_FACTOR === 'yes';
  return { secondFactorRoles, identityService: { issuer, clientId, clientSecret, accountClaim, trustsFactor } };
}

/** What is sent to it opens accounts: in clear it may only stay on this machine. */
function isIssuer(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.search !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isOnThisMachine(url.hostname));
}

export function isOnThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
