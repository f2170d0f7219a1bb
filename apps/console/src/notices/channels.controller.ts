import type { Actor } from '@tianyan/access';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { addChannelRequestSchema, codeSchema, teamChannelListSchema, type AddChannelRequest } from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { ChannelCases } from './channel-cases.js';

@ApiTags('通知')
@Controller('api')
export class ChannelsController {
  constructor(@Inject(ChannelCases) private readonly cases: ChannelCases) {}

  @Get('team-channels')
  @ApiOperation({ summary: '各监督组的渠道和最近一次测试的结果（管理员）' })
  @ApiResponse({ status: 200, standardSchema: teamChannelListSchema })
  list() {
    return this.cases.list();
  }

  @Post('teams/:id/channels')
  @ApiOperation({ summary: '给监督组添加邮件或群机器人（管理员）' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: teamChannelListSchema })
  add(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: addChannelRequestSchema }) body: AddChannelRequest,
  ) {
    return this.cases.add(actor, id, body);
  }

  @Delete('team-channels/:id')
  @ApiOperation({ summary: '删除一个渠道（管理员）' })
  @ApiResponse({ status: 200, standardSchema: teamChannelListSchema })
  remove(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.remove(actor, id);
  }

  @Post('team-channels/:id/test')
  @ApiOperation({ summary: '发送一条测试消息（管理员）' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: teamChannelListSchema })
  test(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.test(actor, id);
  }
}
