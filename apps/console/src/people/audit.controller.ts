import type { Actor } from '@tianyan/access';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { auditListSchema, auditQuerySchema } from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { PeopleCases } from './people-cases.js';

@ApiTags('人员')
@Controller('api/audit')
export class AuditController {
  constructor(@Inject(PeopleCases) private readonly cases: PeopleCases) {}

  @Get()
  @ApiOperation({ summary: '操作日志：谁看了什么、做了什么' })
  @ApiResponse({ status: 200, standardSchema: auditListSchema })
  list(@CurrentActor() actor: Actor, @Query({ schema: auditQuerySchema }) query: z.output<typeof auditQuerySchema>) {
    return this.cases.audit(actor, query);
  }
}
