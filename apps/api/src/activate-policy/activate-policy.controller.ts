import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { activatePolicySchema, policyViewSchema, type PolicyView } from '@weir/contracts';
import type { z } from 'zod';
import { API_PORTS, type ApiPorts } from '../api-ports.js';
import { policyView } from '../list-policies/policy-view.js';
import { POLICY_PORTS } from '../policy-ports.js';
import { accepted } from '../refusals/policy-refusal.js';
import type { SavePorts } from '../revise-policy/save-policy.js';
import { activate, deactivate } from './change-active.js';

@ApiTags('policies')
@Controller('v1/policies/:policyId')
export class ActivatePolicyController {
  constructor(
    @Inject(API_PORTS) private readonly ports: ApiPorts,
    @Inject(POLICY_PORTS) private readonly policies: SavePorts,
  ) {}

  @Post('activate')
  @HttpCode(200)
  @ApiOperation({ summary: 'Judge packages by a revision, the latest unless told, from now on' })
  @ApiOkResponse({ standardSchema: policyViewSchema })
  async activate(
    @Param('policyId') policyId: string,
    @Body({ schema: activatePolicySchema.optional() }) body: z.infer<typeof activatePolicySchema> | undefined,
  ): Promise<PolicyView> {
    return policyView(this.ports, accepted(await activate(this.policies, policyId, body?.revision)));
  }

  @Post('deactivate')
  @HttpCode(200)
  @ApiOperation({ summary: 'Judge no package by this policy any more; what it asked for is lifted' })
  @ApiOkResponse({ standardSchema: policyViewSchema })
  async deactivate(@Param('policyId') policyId: string): Promise<PolicyView> {
    return policyView(this.ports, accepted(await deactivate(this.policies, policyId)));
  }
}
