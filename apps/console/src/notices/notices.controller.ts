import type { Actor } from '@tianyan/access';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import {
  codeSchema,
  deliveryListSchema,
  deliveryQuerySchema,
  doneSchema,
  inboxQuerySchema,
  inboxSchema,
  markReadRequestSchema,
  markReadResultSchema,
  routingPreviewRequestSchema,
  routingPreviewSchema,
  saveTeamRequestSchema,
  teamListSchema,
  teamSchema,
  webhookHostsSchema,
  webhookKeySchema,
  type Done,
  type MarkReadRequest,
  type RoutingPreviewRequest,
  type SaveTeamRequest,
  type WebhookHosts,
} from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { NoticeCases } from './notice-cases.js';
import { RoutingCases } from './routing-cases.js';

@ApiTags('通知')
@Controller('api')
export class NoticesController {
  constructor(
    @Inject(NoticeCases) private readonly cases: NoticeCases,
    @Inject(RoutingCases) private readonly routing: RoutingCases,
  ) {}

  @Get('inbox')
  @ApiOperation({ summary: '自己收到的通知' })
  @ApiResponse({ status: 200, standardSchema: inboxSchema })
  inbox(@CurrentActor() actor: Actor, @Query({ schema: inboxQuerySchema }) query: z.output<typeof inboxQuerySchema>) {
    return this.cases.inbox(actor, query);
  }

  @Post('inbox/read')
  @ApiOperation({ summary: '把通知标为已读' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: markReadResultSchema })
  markRead(@CurrentActor() actor: Actor, @Body({ schema: markReadRequestSchema }) body: MarkReadRequest) {
    return this.cases.markRead(actor, body.ids ?? null);
  }

  @Get('teams')
  @ApiOperation({ summary: '监督组（管理员）' })
  @ApiResponse({ status: 200, standardSchema: teamListSchema })
  teams() {
    return this.cases.teams();
  }

  @Post('teams')
  @ApiOperation({ summary: '新建监督组（管理员）' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: teamSchema })
  createTeam(@CurrentActor() actor: Actor, @Body({ schema: saveTeamRequestSchema }) body: SaveTeamRequest) {
    return this.cases.saveTeam(actor, null, body);
  }

  @Post('teams/preview')
  @ApiOperation({ summary: '按这些条件，过去 30 天会发给这个组多少条（管理员）' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: routingPreviewSchema })
  preview(@CurrentActor() actor: Actor, @Body({ schema: routingPreviewRequestSchema }) body: RoutingPreviewRequest) {
    return this.routing.preview(actor, body);
  }

  @Put('teams/:id')
  @ApiOperation({ summary: '修改监督组（管理员）' })
  @ApiResponse({ status: 200, standardSchema: teamSchema })
  updateTeam(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: saveTeamRequestSchema }) body: SaveTeamRequest,
  ) {
    return this.cases.saveTeam(actor, id, body);
  }

  @Delete('teams/:id')
  @ApiOperation({ summary: '删除监督组（管理员）' })
  @ApiResponse({ status: 200, standardSchema: doneSchema })
  async removeTeam(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string): Promise<Done> {
    await this.cases.removeTeam(actor, id);
    return { done: true };
  }

  @Post('teams/:id/webhook-key')
  @ApiOperation({ summary: '重新生成回调签名密钥，只显示这一次（管理员）' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: webhookKeySchema })
  makeWebhookKey(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.makeWebhookKey(actor, id);
  }

  @Get('webhook-hosts')
  @ApiOperation({ summary: '允许回调的主机（管理员）' })
  @ApiResponse({ status: 200, standardSchema: webhookHostsSchema })
  webhookHosts() {
    return this.cases.webhookHosts();
  }

  @Put('webhook-hosts')
  @ApiOperation({ summary: '设置允许回调的主机（管理员）' })
  @ApiResponse({ status: 200, standardSchema: webhookHostsSchema })
  saveWebhookHosts(@CurrentActor() actor: Actor, @Body({ schema: webhookHostsSchema }) body: WebhookHosts) {
    return this.cases.saveWebhookHosts(actor, body.hosts);
  }

  @Get('deliveries')
  @ApiOperation({ summary: '通知的送达情况（管理员）' })
  @ApiResponse({ status: 200, standardSchema: deliveryListSchema })
  deliveries(@CurrentActor() actor: Actor, @Query({ schema: deliveryQuerySchema }) query: z.output<typeof deliveryQuerySchema>) {
    return this.cases.deliveries(actor, query);
  }

  @Post('deliveries/:id/retry')
  @ApiOperation({ summary: '重发一条没有送达的通知（管理员）' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: doneSchema })
  async retry(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string): Promise<Done> {
    await this.cases.retryDelivery(actor, id);
    return { done: true };
  }
}
