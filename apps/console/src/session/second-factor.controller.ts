import type { ActiveSession, Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import {
  beginSecondFactorRequestSchema,
  begunSecondFactorSchema,
  doneSchema,
  recoveryCodesSchema,
  secondFactorCodeRequestSchema,
  secondFactorSchema,
  type BeginSecondFactorRequest,
  type Done,
  type SecondFactorCodeRequest,
} from '../api/index.js';
import { addressOf, CurrentActor, CurrentSession } from '../http/session-guard.js';
import { SecondFactorCases } from './second-factor-cases.js';

@ApiTags('登录')
@Controller('api/session/second-factor')
export class SecondFactorController {
  constructor(@Inject(SecondFactorCases) private readonly cases: SecondFactorCases) {}

  @Get()
  @ApiOperation({ summary: '自己的动态验证码是否启用' })
  @ApiResponse({ status: 200, standardSchema: secondFactorSchema })
  show(@CurrentSession() session: ActiveSession) {
    return this.cases.show(session);
  }

  @Post()
  @ApiOperation({ summary: '开始启用动态验证码，密钥只显示这一次' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: begunSecondFactorSchema })
  begin(
    @CurrentSession() session: ActiveSession,
    @Req() request: Request,
    @Body({ schema: beginSecondFactorRequestSchema }) body: BeginSecondFactorRequest,
  ) {
    return this.cases.begin(session, addressOf(request), body);
  }

  @Post('confirm')
  @ApiOperation({ summary: '用第一个验证码确认启用，恢复码只显示这一次' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: recoveryCodesSchema })
  confirm(
    @CurrentSession() session: ActiveSession,
    @Req() request: Request,
    @Body({ schema: secondFactorCodeRequestSchema }) body: SecondFactorCodeRequest,
  ) {
    return this.cases.confirm(session, addressOf(request), body.code);
  }

  @Post('remove')
  @ApiOperation({ summary: '停用动态验证码，须输入一个验证码或恢复码' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: doneSchema })
  async remove(
    @CurrentActor() actor: Actor,
    @Body({ schema: secondFactorCodeRequestSchema }) body: SecondFactorCodeRequest,
  ): Promise<Done> {
    await this.cases.remove(actor, body.code);
    return { done: true };
  }
}
