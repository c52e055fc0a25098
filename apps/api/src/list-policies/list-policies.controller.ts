import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  policyListSchema,
  policyViewSchema,
  summaryQuerySchema,
  type PolicySummary,
  type PolicyView,
  type SummaryQuery,
} from '@weir/contracts';
import { inOrderOfApplication } from '@weir/domain';
import { API_PORTS, type ApiPorts } from '../api-ports.js';
import { findPolicy } from '../policy-log/find-policy.js';
import { POLICY_PORTS } from '../policy-ports.js';
import { accepted } from '../refusals/policy-refusal.js';
import type { SavePorts } from '../revise-policy/save-policy.js';
import { policySummary, policyView } from './policy-view.js';

@ApiTags('policies')
@Controller('v1/policies')
export class ListPoliciesController {
  constructor(
    @Inject(API_PORTS) private readonly ports: ApiPorts,
    @Inject(POLICY_PORTS) private readonly policies: SavePorts,
  ) {}

  @Get()
  @ApiOperation({ summary: 'All policies in the order in which they are applied' })
  @ApiOkResponse({ standardSchema: policyListSchema })
  async list(
    @Query({ schema: summaryQuerySchema }) { workspace }: SummaryQuery,
  ): Promise<{ readonly policies: readonly PolicySummary[] }> {
    const book = await this.policies.policies.book();
    const policies = Object.values(book.policies)
      .filter((policy) => workspace === undefined || policy.workspace === workspace)
      .flatMap((policy) => policySummary(this.ports.library, policy) ?? [])
      .sort(inOrderOfApplication);
    return { policies };
  }

  @Get(':policyId')
  @ApiOperation({ summary: 'A policy with every revision and its text' })
  @ApiOkResponse({ standardSchema: policyViewSchema })
  async find(@Param('policyId') policyId: string): Promise<PolicyView> {
    return policyView(this.ports, accepted(findPolicy(await this.policies.policies.book(), policyId)));
  }
}
