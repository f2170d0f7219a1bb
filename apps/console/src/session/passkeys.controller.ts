import { passkeyMadeSchema, type ActiveSession, type Actor } from '@tianyan/access';
import { CONFIG, type TianyanConfig } from '@tianyan/runtime';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { z } from 'zod';
import {
  codeSchema,
  doneSchema,
  passkeyCodeRequestSchema,
  passkeyListSchema,
  passkeyNameSchema,
  passkeyOptionsSchema,
  type Done,
  type SecondFactorCodeRequest,
} from '../api/index.js';
import { addressOf, CurrentActor, CurrentSession } from '../http/session-guard.js';
import { PasskeyCases } from './passkey-cases.js';
import { passkeySiteOf } from './passkey-site.js';

const enrolRequestSchema = z.strictObject({ name: passkeyNameSchema, made: passkeyMadeSchema });

@ApiTags('登录')
@Controller('api/session/passkeys')
export class PasskeysController {
  constructor(
    @Inject(PasskeyCases) private readonly cases: PasskeyCases,
    @Inject(CONFIG) private readonly config: TianyanConfig,
  ) {}

  @Get()
  @ApiOperation({ summary: '自己的通行密钥' })
  @ApiResponse({ status: 200, standardSchema: passkeyListSchema })
  list(@CurrentActor() actor: Actor, @Req() request: Request) {
    return this.cases.list(actor, passkeySiteOf(request, this.config.consoleUrl));
  }

  @Post('options')
  @HttpCode(200)
  @ApiOperation({ summary: '开始登记通行密钥，须输入一个验证码或恢复码' })
  @ApiResponse({ status: 200, standardSchema: passkeyOptionsSchema })
  begin(
    @CurrentSession() session: ActiveSession,
    @Req() request: Request,
    @Body({ schema: passkeyCodeRequestSchema }) { code }: SecondFactorCodeRequest,
  ) {
    return this.cases.begin(session, addressOf(request), { code, site: passkeySiteOf(request, this.config.consoleUrl) });
  }

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: '登记浏览器做好的通行密钥，每次开始只能登记一个' })
  @ApiResponse({ status: 200, standardSchema: doneSchema })
  async enrol(
    @CurrentSession() session: ActiveSession,
    @Req() request: Request,
    @Body({ schema: enrolRequestSchema }) body: z.output<typeof enrolRequestSchema>,
  ): Promise<Done> {
    await this.cases.enrol(session, addressOf(request), { ...body, site: passkeySiteOf(request, this.config.consoleUrl) });
    return { done: true };
  }

  @Post(':id/remove')
  @HttpCode(200)
  @ApiOperation({ summary: '删除一个通行密钥，须输入一个验证码或恢复码' })
  @ApiResponse({ status: 200, standardSchema: doneSchema })
  async remove(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: passkeyCodeRequestSchema }) { code }: SecondFactorCodeRequest,
  ): Promise<Done> {
    await this.cases.remove(actor, id, code);
    return { done: true };
  }
}
