import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { summaryQuerySchema, summarySchema, type Summary, type SummaryQuery } from '@weir/contracts';
import { Needs } from '@weir/service';
import { API_PORTS, type ApiPorts } from '../api-ports.js';
import { summaryAt } from './summary.js';

@ApiTags('summary')
@Controller('v1/summary')
export class SummaryController {
  constructor(@Inject(API_PORTS) private readonly ports: ApiPorts) {}

  @Get()
  @Needs('read')
  @ApiOperation({
    operationId: 'getSummary',
    summary: 'Packages by state, decisions per hour, last decisions, policies that fail',
  })
  @ApiOkResponse({ standardSchema: summarySchema })
  summary(@Query({ schema: summaryQuerySchema }) query: SummaryQuery): Promise<Summary> {
    return this.ports.lists.read((pool) => summaryAt(pool, query, this.ports.clock()));
  }
}
