import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { IdentityProblem } from '../api/index.js';
import { IDENTITY_COOKIE, identityCookieOptions, tokenOf } from '../http/session-cookie.js';
import { addressOf } from '../http/session-guard.js';
import { IdentityCases } from './identity-cases.js';
import { IDENTITY_WITHIN_MS } from './identity-service.js';
import { keepToken } from './opened-session.js';
import { ownPath } from './own-path.js';

/** Only to take an address apart; nothing is asked of it. */
const HERE = 'http://console.invalid';
/** What comes next is asked for by GET. */
const SEE_OTHER = 303;

/** The browser itself is sent on from here: answers are addresses, and failures go to the page of the sign-in. */
@ApiTags('登录')
@Controller('api/session/identity-service')
export class IdentityController {
  constructor(@Inject(IdentityCases) private readonly cases: IdentityCases) {}

  @Get()
  @ApiOperation({ summary: '转到单位统一身份登录' })
  @ApiResponse({ status: SEE_OTHER, description: '转到统一身份服务' })
  async begin(@Req() request: Request, @Res() response: Response): Promise<void> {
    const begun = await this.cases.begin(`${originOf(request)}/api/session/identity-service/callback`, request.query['return']);
    if (begun === null) return response.redirect(SEE_OTHER, withProblem(ownPath(request.query['return']), 'away'));
    response.cookie(IDENTITY_COOKIE, begun.sealed, { ...identityCookieOptions(request), maxAge: IDENTITY_WITHIN_MS });
    return response.redirect(SEE_OTHER, begun.url);
  }

  @Get('callback')
  @ApiOperation({ summary: '从单位统一身份登录回来' })
  @ApiResponse({ status: SEE_OTHER, description: '转到来时的页面，或登录页' })
  async arrive(@Req() request: Request, @Res() response: Response): Promise<void> {
    const answer = new URL(request.originalUrl, HERE).searchParams;
    const sealed = tokenOf(request, IDENTITY_COOKIE);
    const arrival = await this.cases.arrive({ answer, sealed, address: addressOf(request) });
    // Once: an answer that is sent again finds no attempt of this browser.
    response.clearCookie(IDENTITY_COOKIE, identityCookieOptions(request));
    if (arrival.state === 'turned-away') return response.redirect(SEE_OTHER, withProblem(arrival.returnPath, arrival.why));
    keepToken(arrival.entered, request, response);
    return response.redirect(SEE_OTHER, arrival.returnPath);
  }
}

/** As the browser knows the console; behind a proxy that is trusted, as that says. */
export function originOf(request: Request): string {
  return `${request.protocol}://${request.host}`;
}

function withProblem(path: string, why: IdentityProblem): string {
  const url = new URL(path, HERE);
  url.searchParams.set('sign-in', why);
  return url.pathname + url.search;
}
