import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  doneSchema,
  signInBlockListSchema,
  unlockSignInRequestSchema,
  type Done,
  type UnlockSignInRequest,
} from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { SignInBlockCases } from './sign-in-block-cases.js';

@ApiTags('登录')
@Controller('api/sign-in-blocks')
export class SignInBlocksController {
  constructor(@Inject(SignInBlockCases) private readonly cases: SignInBlockCases) {}

  @Get()
  @ApiOperation({ summary: '因登录失败过多而须等待的账号和地址（安全管理员）' })
  @ApiResponse({ status: 200, standardSchema: signInBlockListSchema })
  list() {
    return this.cases.list();
  }

  @Post('unlock')
  @ApiOperation({ summary: '解除一个账号或一个地址的登录等待（安全管理员）' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: doneSchema })
  async unlock(
    @CurrentActor() actor: Actor,
    @Body({ schema: unlockSignInRequestSchema }) body: UnlockSignInRequest,
  ): Promise<Done> {
    await this.cases.unlock(actor, body);
    return { done: true };
  }
}
