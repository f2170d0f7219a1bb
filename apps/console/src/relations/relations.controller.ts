import type { Actor } from '@tianyan/access';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { codeSchema, relatedKindSchema, relationsSchema, type RelatedKind } from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { RelationCases } from './relation-cases.js';

@ApiTags('关系图')
@Controller('api/relations')
export class RelationsController {
  constructor(@Inject(RelationCases) private readonly cases: RelationCases) {}

  @Get(':kind/:code')
  @ApiOperation({ summary: '一张工单、一份合同、一个单位或村……的记录里还提到什么，各由哪些记录说的' })
  @ApiResponse({ status: 200, standardSchema: relationsSchema })
  get(
    @CurrentActor() actor: Actor,
    @Param('kind', { schema: relatedKindSchema }) kind: RelatedKind,
    @Param('code', { schema: codeSchema }) code: string,
  ) {
    return this.cases.get(actor, kind, code);
  }
}
