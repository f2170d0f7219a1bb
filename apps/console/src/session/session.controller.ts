import { SessionStore, SignIn, type ActiveSession, type Actor } from '@tianyan/access';
import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import {
  changePasswordRequestSchema,
  doneSchema,
  endSessionRequestSchema,
  openSessionListSchema,
  sessionSchema,
  signedOutSchema,
  signInAnswerSchema,
  signInRequestSchema,
  type ChangePasswordRequest,
  type Done,
  type EndSessionRequest,
  type OpenSessionList,
  type Session,
  type SignedOut,
  type SignInAnswer,
  type SignInRequest,
} from '../api/index.js';
import { cookieOptions, SESSION_COOKIE } from '../http/session-cookie.js';
import { addressOf, CurrentActor, CurrentSession } from '../http/session-guard.js';
import { IdentityCases } from './identity-cases.js';
import { originOf } from './identity.controller.js';
import { keepToken, sessionAnswer } from './opened-session.js';

@ApiTags('登录')
@Controller('api/session')
export class SessionController {
  constructor(
    @Inject(SignIn) private readonly signIn: SignIn,
    @Inject(SessionStore) private readonly sessions: SessionStore,
    @Inject(IdentityCases) private readonly identity: IdentityCases,
  ) {}

  @Post()
  @ApiOperation({ summary: '登录；会话放在 Cookie 里。启用了动态验证码的，接着提交验证码' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: signInAnswerSchema })
  async open(
    @Body({ schema: signInRequestSchema }) body: SignInRequest,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SignInAnswer> {
    const entered = await this.signIn.open({ ...body, address: addressOf(request) });
    keepToken(entered, request, response);
    return entered.state === 'signed-in' ? sessionAnswer(entered.session) : { codeAwaitedUntilMs: entered.expiresAtMs };
  }

  @Get()
  @ApiOperation({ summary: '当前登录的人' })
  @ApiResponse({ status: 200, standardSchema: sessionSchema })
  current(@CurrentSession() session: ActiveSession): Session {
    return sessionAnswer(session);
  }

  @Delete()
  @ApiOperation({ summary: '退出登录' })
  @ApiResponse({ status: 200, standardSchema: signedOutSchema })
  async close(
    @CurrentSession() session: ActiveSession,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SignedOut> {
    await this.signIn.close(session, addressOf(request));
    response.clearCookie(SESSION_COOKIE, cookieOptions(request));
    const isNamed = session.signedInBy === 'identity-service';
    return { done: true, endSessionUrl: isNamed ? await this.identity.endSessionUrl(`${originOf(request)}/`) : null };
  }

  @Post('password')
  @ApiOperation({ summary: '修改自己的密码' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: doneSchema })
  async changePassword(
    @Body({ schema: changePasswordRequestSchema }) body: ChangePasswordRequest,
    @CurrentSession() session: ActiveSession,
    @Req() request: Request,
  ): Promise<Done> {
    await this.signIn.changePassword(session, {
      current: body.currentPassword,
      next: body.newPassword,
      address: addressOf(request),
    });
    return { done: true };
  }

  @Get('all')
  @ApiOperation({ summary: '自己在各处的登录' })
  @ApiResponse({ status: 200, standardSchema: openSessionListSchema })
  async all(@CurrentSession() session: ActiveSession): Promise<OpenSessionList> {
    const items = await this.sessions.listOf(session.user.id);
    return {
      items: items.map(({ tokenDigest, ...rest }) => ({
        ...rest,
        id: tokenDigest,
        current: tokenDigest === session.tokenDigest,
      })),
    };
  }

  @Post('all/end')
  @ApiOperation({ summary: '退出自己在别处的一个登录' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: doneSchema })
  async end(@CurrentActor() actor: Actor, @Body({ schema: endSessionRequestSchema }) body: EndSessionRequest): Promise<Done> {
    await this.signIn.closeOwn(actor, body.id);
    return { done: true };
  }
}
