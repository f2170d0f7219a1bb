import { Passkeys, passkeyShownSchema, SignIn, SignInSteps } from '@tianyan/access';
import { CONFIG, type TianyanConfig } from '@tianyan/runtime';
import { Body, Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { z } from 'zod';
import {
  doneSchema,
  passkeyOptionsSchema,
  secondFactorCodeRequestSchema,
  sessionSchema,
  signInWaysSchema,
  type Done,
  type SecondFactorCodeRequest,
  type Session,
  type SignInWays,
} from '../api/index.js';
import { cookieOptions, SIGN_IN_STEP_COOKIE, tokenOf } from '../http/session-cookie.js';
import { addressOf } from '../http/session-guard.js';
import { assertPossible } from './passkey-cases.js';
import { passkeySiteOf } from './passkey-site.js';
import { IdentityCases } from './identity-cases.js';
import { keepToken, sessionAnswer } from './opened-session.js';

const passkeyRequestSchema = z.strictObject({ shown: passkeyShownSchema });

/** Between the password and the session. */
@ApiTags('登录')
@Controller('api/session')
export class SignInStepController {
  constructor(
    @Inject(SignIn) private readonly signIn: SignIn,
    @Inject(SignInSteps) private readonly steps: SignInSteps,
    @Inject(IdentityCases) private readonly identity: IdentityCases,
    @Inject(Passkeys) private readonly passkeys: Passkeys,
    @Inject(CONFIG) private readonly config: TianyanConfig,
  ) {}

  @Get('ways')
  @ApiOperation({ summary: '可以怎样登录，这个浏览器是否在等验证码' })
  @ApiResponse({ status: 200, standardSchema: signInWaysSchema })
  async ways(@Req() request: Request): Promise<SignInWays> {
    const token = tokenOf(request, SIGN_IN_STEP_COOKIE);
    const userId = token === null ? null : await this.steps.userIdOf(token);
    const site = passkeySiteOf(request, this.config.consoleUrl);
    return {
      identityService: this.identity.isOffered,
      awaitsCode: userId !== null,
      passkeyOffered: userId !== null && site !== null && (await this.passkeys.isOffered(userId, site)),
    };
  }

  @Post('code/passkey/options')
  @ApiOperation({ summary: '登录的第二步：用通行密钥代替验证码，先取要签的内容' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: passkeyOptionsSchema })
  askPasskey(@Req() request: Request) {
    const site = assertPossible(passkeySiteOf(request, this.config.consoleUrl));
    return this.signIn.askPasskey(tokenOf(request, SIGN_IN_STEP_COOKIE) ?? '', site);
  }

  @Post('code/passkey')
  @ApiOperation({ summary: '登录的第二步：提交通行密钥的签名' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: sessionSchema })
  async completeByPasskey(
    @Body({ schema: passkeyRequestSchema }) { shown }: z.output<typeof passkeyRequestSchema>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Session> {
    const site = assertPossible(passkeySiteOf(request, this.config.consoleUrl));
    const token = tokenOf(request, SIGN_IN_STEP_COOKIE) ?? '';
    const entered = await this.signIn.completeByPasskey({ token, shown, site, address: addressOf(request) });
    keepToken(entered, request, response);
    return sessionAnswer(entered.session);
  }

  @Post('code')
  @ApiOperation({ summary: '登录的第二步：提交验证码或恢复码' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: sessionSchema })
  async complete(
    @Body({ schema: secondFactorCodeRequestSchema }) body: SecondFactorCodeRequest,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Session> {
    const token = tokenOf(request, SIGN_IN_STEP_COOKIE) ?? '';
    const entered = await this.signIn.complete({ token, code: body.code, address: addressOf(request) });
    keepToken(entered, request, response);
    return sessionAnswer(entered.session);
  }

  @Post('code/cancel')
  @ApiOperation({ summary: '不输验证码了，换一个账号登录' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: doneSchema })
  async cancel(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<Done> {
    await this.steps.close(tokenOf(request, SIGN_IN_STEP_COOKIE) ?? '');
    response.clearCookie(SIGN_IN_STEP_COOKIE, cookieOptions(request));
    return { done: true };
  }
}
