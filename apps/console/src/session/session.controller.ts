import { SignIn, type ActiveSession } from '@tianyan/access';
import { Public } from '@tianyan/runtime';
import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import {
  changePasswordRequestSchema,
  doneSchema,
  sessionSchema,
  signInRequestSchema,
  type ChangePasswordRequest,
  type Done,
  type Session,
  type SignInRequest,
} from '../api/index.js';
import { cookieOptions, SESSION_COOKIE } from '../http/session-cookie.js';
import { addressOf, BeforePasswordChange, CurrentSession } from '../http/session-guard.js';

function toAnswer(session: ActiveSession): Session {
  const { id, account, displayName, role, townshipCodes, mustChangePassword } = session.user;
  const { expiresAtMs } = session;
  return {
    userId: id,
    account,
    displayName,
    role,
    townshipCodes: townshipCodes && [...townshipCodes],
    mustChangePassword,
    expiresAtMs,
  };
}

@ApiTags('登录')
@Controller('api/session')
export class SessionController {
  constructor(@Inject(SignIn) private readonly signIn: SignIn) {}

  @Public()
  @Post()
  @ApiOperation({ summary: '登录；会话放在 Cookie 里' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: sessionSchema })
  async open(
    @Body({ schema: signInRequestSchema }) body: SignInRequest,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Session> {
    const { token, session } = await this.signIn.open({ ...body, address: addressOf(request) });
    response.cookie(SESSION_COOKIE, token, { ...cookieOptions(request), expires: new Date(session.expiresAtMs) });
    return toAnswer(session);
  }

  @BeforePasswordChange()
  @Get()
  @ApiOperation({ summary: '当前登录的人' })
  @ApiResponse({ status: 200, standardSchema: sessionSchema })
  current(@CurrentSession() session: ActiveSession): Session {
    return toAnswer(session);
  }

  @BeforePasswordChange()
  @Delete()
  @ApiOperation({ summary: '退出登录' })
  @ApiResponse({ status: 200, standardSchema: doneSchema })
  async close(
    @CurrentSession() session: ActiveSession,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Done> {
    await this.signIn.close(session, addressOf(request));
    response.clearCookie(SESSION_COOKIE, cookieOptions(request));
    return { done: true };
  }

  @BeforePasswordChange()
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
}
