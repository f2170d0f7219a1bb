import type { Actor } from '@tianyan/access';
import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { codeSchema, rulePausesSchema } from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { RulePausing } from './rule-pauses.js';

@ApiTags('规则')
@Controller('api/rules/:id')
export class RulePausesController {
  constructor(@Inject(RulePausing) private readonly pausing: RulePausing) {}

  @Get('pauses')
  @ApiOperation({ summary: '一条规则因研判失败而暂停过的时段，新的在前' })
  @ApiResponse({ status: 200, standardSchema: rulePausesSchema })
  list(@Param('id', { schema: codeSchema }) id: string) {
    return this.pausing.list(id);
  }

  @Post('resume')
  @HttpCode(204)
  @ApiOperation({ summary: '重新运行一条因研判失败而暂停的规则（管理员）：先对全部数据补一遍，再参与实时研判' })
  @ApiResponse({ status: 204 })
  resume(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.pausing.resume(actor, id);
  }
}
