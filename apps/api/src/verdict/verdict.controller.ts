import { Controller, Get, Header, Inject, Query, Req } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { verdictQuerySchema, verdictSchema, type Verdict, type VerdictQuery } from '@weir/contracts';
import { Asking, mustBeOf, Needs, WITHIN_WORKSPACES } from '@weir/service';
import type { Principal } from '@weir/domain';
import { findAccepted } from '../accepted/find-accepted.js';
import { API_PORTS, type ApiPorts } from '../api-ports.js';
import { READ_MODELS, type ReadModels } from '../read-models.js';
import { lookUpPackages } from './look-up-packages.js';
import { purlAsWritten } from './purl-as-written.js';
import { refused, verdictFor, type VerdictPorts } from './verdict.js';
import { waitingForVerdict } from './wait-for-verdict.js';

@ApiTags('packages')
@Controller('v1/verdict')
export class VerdictController {
  private readonly asking: VerdictPorts;
  private readonly waiting = waitingForVerdict();

  constructor(
    @Inject(API_PORTS) ports: ApiPorts,
    @Inject(READ_MODELS) private readonly models: ReadModels,
  ) {
    this.asking = {
      lookUp: lookUpPackages(ports.verdicts),
      findAccepted: findAccepted({ ...ports, pool: ports.verdicts }),
      clock: ports.clock,
    };
  }

  @Get()
  @Needs('read', WITHIN_WORKSPACES)
  @Header('cache-control', 'no-store')
  @ApiOperation({ operationId: 'getVerdict', summary: 'May this package be used, and why not?' })
  @ApiOkResponse({ standardSchema: verdictSchema })
  @ApiNotFoundResponse({
    description:
      'Not allowed: being judged (ask again after Retry-After, or with wait), could not be judged, or not known',
  })
  async verdict(
    @Query({ schema: verdictQuerySchema }) query: VerdictQuery,
    @Req() request: { readonly url: string },
    @Asking() principal: Principal,
  ): Promise<Verdict> {
    mustBeOf(principal, query.workspace);
    const asked = { ...query, purl: purlAsWritten(request.url) ?? query.purl };
    return this.waiting(this.models, query.wait * 1000, () => {
      const stale = this.models.stale();
      if (stale) throw refused(stale);
      return verdictFor(this.asking, asked);
    });
  }
}
