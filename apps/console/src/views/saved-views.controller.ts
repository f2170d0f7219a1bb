import type { Actor } from '@tianyan/access';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { codeSchema, savedViewListSchema, saveViewRequestSchema, type SaveViewRequest } from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { SavedViewCases } from './saved-view-cases.js';

@ApiTags('疑点')
@Controller('api/views')
export class SavedViewsController {
  constructor(@Inject(SavedViewCases) private readonly cases: SavedViewCases) {}

  @Get()
  @ApiOperation({ summary: '我保存的疑点筛选' })
  @ApiResponse({ status: 200, standardSchema: savedViewListSchema })
  list(@CurrentActor() actor: Actor) {
    return this.cases.list(actor);
  }

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: '保存一个筛选；同名的被替换' })
  @ApiResponse({ status: 200, standardSchema: savedViewListSchema })
  save(@CurrentActor() actor: Actor, @Body({ schema: saveViewRequestSchema }) body: SaveViewRequest) {
    return this.cases.save(actor, body);
  }

  @Delete(':id')
  @ApiOperation({ summary: '删去一个保存的筛选' })
  @ApiResponse({ status: 200, standardSchema: savedViewListSchema })
  remove(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.remove(actor, id);
  }
}
