import { Controller, Get, Inject, Param, Res, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { policySetSchema } from '@weir/contracts';
import { isDigest } from '@weir/postgres';
import { Needs, problem, ProblemError } from '@weir/service';
import type { FastifyReply } from 'fastify';
import { API_PORTS, type ApiPorts } from '../api-ports.js';
import { sendEvidence } from '../evidence/send-evidence.js';

@ApiTags('policies')
@Controller('v1/policy-sets')
export class PolicySetController {
  constructor(@Inject(API_PORTS) private readonly ports: ApiPorts) {}

  @Get(':digest')
  @Needs('read')
  @ApiOperation({
    operationId: 'getPolicySet',
    summary: 'The policy set that a decision names, byte for byte what its digest names',
  })
  @ApiOkResponse({ standardSchema: policySetSchema })
  async find(
    @Param('digest') digest: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const evidence = isDigest(digest) ? await this.ports.eventStore.evidence(digest) : null;
    if (evidence?.kind === 'policy-set') return sendEvidence(reply, evidence);
    throw new ProblemError(
      problem(
        'no-such-policy-set',
        `There is no policy set ${JSON.stringify(digest)}. A decision names its set as policySetDigest: sha256: and 64 hex digits.`,
      ),
    );
  }
}
