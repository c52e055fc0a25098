import { Controller, Get, Inject, Param, Res, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type PolicySet, policySetSchema } from '@weir/contracts';
import { isDigest } from '@weir/postgres';
import { Asking, isOf, Needs, problem, ProblemError, WITHIN_WORKSPACES } from '@weir/service';
import type { Principal } from '@weir/domain';
import type { FastifyReply } from 'fastify';
import { API_PORTS, type ApiPorts } from '../api-ports.js';
import { sendEvidence } from '../evidence/send-evidence.js';

@ApiTags('policies')
@Controller('v1/policy-sets')
export class PolicySetController {
  constructor(@Inject(API_PORTS) private readonly ports: ApiPorts) {}

  @Get(':digest')
  @Needs('read', WITHIN_WORKSPACES)
  @ApiOperation({
    operationId: 'getPolicySet',
    summary: 'The policy set that a decision names, byte for byte what its digest names',
  })
  @ApiOkResponse({ standardSchema: policySetSchema })
  async find(
    @Param('digest') digest: string,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Asking() principal: Principal,
  ): Promise<StreamableFile | undefined> {
    const evidence = isDigest(digest) ? await this.ports.eventStore.evidence(digest) : null;
    if (evidence?.kind === 'policy-set' && isOf(principal, workspaceOf(evidence.bytes)))
      return sendEvidence(reply, evidence);
    throw new ProblemError(
      problem(
        'no-such-policy-set',
        `There is no policy set ${JSON.stringify(digest)}. A decision names its set as policySetDigest: sha256: and 64 hex digits.`,
      ),
    );
  }
}

const workspaceOf = (bytes: Uint8Array): string =>
  (JSON.parse(Buffer.from(bytes).toString('utf8')) as PolicySet).workspace;
