import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { summaryQuerySchema, summarySchema, type Summary, type SummaryQuery } from '@weir/contracts';
import { Asking, keptToWorkspace, Needs, WITHIN_WORKSPACES } from '@weir/service';
import type { Principal } from '@weir/domain';
import { API_PORTS, type ApiPorts } from '../api-ports.js';
import { summaryAt } from './summary.js';

@ApiTags('summary')
@Controller('v1/summary')
export class SummaryController {
  constructor(@Inject(API_PORTS) private readonly ports: ApiPorts) {}

  @Get()
  @Needs('read', WITHIN_WORKSPACES)
  @ApiOperation({
    operationId: 'getSummary',
    summary: 'Packages by state, decisions per hour, last decisions, policies that fail',
  })
  @ApiOkResponse({ standardSchema: summarySchema })
  summary(
    @Query({ schema: summaryQuerySchema }) query: SummaryQuery,
    @Asking() principal: Principal,
  ): Promise<Summary> {
    const kept = keptToWorkspace(principal, query);
    return this.ports.lists.read((pool) => summaryAt({ ...this.ports, pool }, kept, this.ports.clock()));
  }
}
