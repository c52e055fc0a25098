import { Controller, Get, Header, Inject, Query } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { verdictQuerySchema, verdictSchema, type Verdict, type VerdictQuery } from '@weir/contracts';
import { API_PORTS, type ApiPorts } from '../api-ports.js';
import { lookUpPackages, type LookUpPackage } from './look-up-packages.js';
import { verdictFor } from './verdict.js';

@ApiTags('packages')
@Controller('v1/verdict')
export class VerdictController {
  private readonly lookUp: LookUpPackage;

  constructor(@Inject(API_PORTS) { pool }: ApiPorts) {
    this.lookUp = lookUpPackages(pool);
  }

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'May this package be used, and why not?' })
  @ApiOkResponse({ standardSchema: verdictSchema })
  @ApiNotFoundResponse({ description: 'Not judged yet: not allowed' })
  verdict(@Query({ schema: verdictQuerySchema }) query: VerdictQuery): Promise<Verdict> {
    return verdictFor(this.lookUp, query);
  }
}
