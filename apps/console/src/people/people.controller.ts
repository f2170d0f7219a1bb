import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  changePersonRequestSchema,
  codeSchema,
  doneSchema,
  firstPasswordSchema,
  grantSchema,
  handledNumbersSchema,
  lockPersonRequestSchema,
  makePersonRequestSchema,
  personListSchema,
  withReasonRequestSchema,
  type ChangePersonRequest,
  type Done,
  type LockPersonRequest,
  type MakePersonRequest,
  type WithReasonRequest,
} from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { PeopleCases } from './people-cases.js';

@ApiTags('人员')
@Controller('api/people')
export class PeopleController {
  constructor(@Inject(PeopleCases) private readonly cases: PeopleCases) {}

  @Get()
  @ApiOperation({ summary: '所有账号' })
  @ApiResponse({ status: 200, standardSchema: personListSchema })
  list(@CurrentActor() actor: Actor) {
    return this.cases.list(actor);
  }

  @Post()
  @ApiOperation({ summary: '申请新建账号，另一人复核后生效' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: grantSchema })
  make(@CurrentActor() actor: Actor, @Body({ schema: makePersonRequestSchema }) body: MakePersonRequest) {
    return this.cases.make(actor, body);
  }

  @Put(':id')
  @ApiOperation({ summary: '申请变更授权，另一人复核后生效' })
  @ApiResponse({ status: 200, standardSchema: grantSchema })
  change(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: changePersonRequestSchema }) body: ChangePersonRequest,
  ) {
    return this.cases.change(actor, id, body);
  }

  @Get(':id/handled')
  @ApiOperation({ summary: '这个账号手上还有几条未办结的线索、几份督办函和通报、几件待复查的工单；只有数目' })
  @ApiResponse({ status: 200, standardSchema: handledNumbersSchema })
  handled(@Param('id', { schema: codeSchema }) id: string) {
    return this.cases.handled(id);
  }

  @Post(':id/lock')
  @ApiOperation({ summary: '停用账号，立即生效，正在使用的登录全部退出；手上未移交的事项须写明留下几项' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: doneSchema })
  async lock(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: lockPersonRequestSchema }) body: LockPersonRequest,
  ): Promise<Done> {
    await this.cases.lock(actor, id, body);
    return { done: true };
  }

  @Post(':id/unlock')
  @ApiOperation({ summary: '申请恢复账号，另一人复核后生效' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: grantSchema })
  unlock(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: withReasonRequestSchema }) body: WithReasonRequest,
  ) {
    return this.cases.propose(actor, 'unlock', id, body.reason);
  }

  @Post(':id/reset')
  @ApiOperation({ summary: '申请重置密码，另一人复核后生效' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: grantSchema })
  reset(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: withReasonRequestSchema }) body: WithReasonRequest,
  ) {
    return this.cases.propose(actor, 'reset', id, body.reason);
  }

  @Post(':id/first-password')
  @ApiOperation({ summary: '领取新建或重置后的初始密码，只显示这一次' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: firstPasswordSchema })
  firstPassword(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.firstPassword(actor, id);
  }

  @Post(':id/sessions/end')
  @ApiOperation({ summary: '让这个账号在各处退出登录' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: doneSchema })
  async endSessions(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string): Promise<Done> {
    await this.cases.endSessions(actor, id);
    return { done: true };
  }
}
