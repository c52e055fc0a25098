import { Controller, Get, Header, Inject, Query, Req } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { verdictQuerySchema, verdictSchema, type Verdict, type VerdictQuery } from '@weir/contracts';
import { Needs } from '@weir/service';
import { API_PORTS, type ApiPorts } from '../api-ports.js';
import { READ_MODELS, type ReadModels } from '../read-models.js';
import { lookUpPackages, type LookUpPackage } from './look-up-packages.js';
import { purlAsWritten } from './purl-as-written.js';
import { refused, verdictFor } from './verdict.js';

@ApiTags('packages')
@Controller('v1/verdict')
export class VerdictController {
  private readonly lookUp: LookUpPackage;

  constructor(
    @Inject(API_PORTS) { pool }: ApiPorts,
    @Inject(READ_MODELS) private readonly models: ReadModels,
  ) {
    this.lookUp = lookUpPackages(pool);
  }

  @Get()
  @Needs('read')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'May this package be used, and why not?' })
  @ApiOkResponse({ standardSchema: verdictSchema })
  @ApiNotFoundResponse({ description: 'Not judged yet: not allowed' })
  async verdict(
    @Query({ schema: verdictQuerySchema }) query: VerdictQuery,
    @Req() request: { readonly url: string },
  ): Promise<Verdict> {
    const stale = this.models.stale();
    if (stale) throw refused(stale);
    return verdictFor(this.lookUp, { ...query, purl: purlAsWritten(request.url) ?? query.purl });
  }
}
