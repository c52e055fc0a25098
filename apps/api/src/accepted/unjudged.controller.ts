import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { unjudgedPageSchema, unjudgedQuerySchema, type UnjudgedPage, type UnjudgedQuery } from '@weir/contracts';
import { Asking, keptToWorkspace, Needs, WITHIN_WORKSPACES } from '@weir/service';
import type { Principal } from '@weir/domain';
import { API_PORTS, type ApiPorts } from '../api-ports.js';
import { listUnjudged } from './list-unjudged.js';

@ApiTags('packages')
@Controller('v1/unjudged')
export class UnjudgedController {
  constructor(@Inject(API_PORTS) private readonly ports: ApiPorts) {}

  @Get()
  @Needs('read', WITHIN_WORKSPACES)
  @ApiOperation({
    operationId: 'listUnjudged',
    summary: 'Packages that were accepted and have no verdict yet, the longest first',
  })
  @ApiOkResponse({ standardSchema: unjudgedPageSchema })
  list(
    @Query({ schema: unjudgedQuerySchema }) query: UnjudgedQuery,
    @Asking() principal: Principal,
  ): Promise<UnjudgedPage> {
    const kept = keptToWorkspace(principal, query);
    return this.ports.lists.read((pool) => listUnjudged(pool, kept));
  }
}
