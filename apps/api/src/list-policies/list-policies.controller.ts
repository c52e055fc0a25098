import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  listPoliciesQuerySchema,
  policyListSchema,
  policyViewSchema,
  type ListPoliciesQuery,
  type PolicySummary,
  type PolicyView,
} from '@weir/contracts';
import { inOrderOfApplication, type Principal } from '@weir/domain';
import { Asking, isOf, mustBeOf, Needs, WITHIN_WORKSPACES } from '@weir/service';
import { API_PORTS, type ApiPorts } from '../api-ports.js';
import { findPolicy } from '../policy-log/find-policy.js';
import { POLICY_PORTS, type PolicyPorts } from '../policy-ports.js';
import { accepted } from '../refusals/policy-refusal.js';
import { policySummary, policyView } from './policy-view.js';

@ApiTags('policies')
@Controller('v1/policies')
export class ListPoliciesController {
  constructor(
    @Inject(API_PORTS) private readonly ports: ApiPorts,
    @Inject(POLICY_PORTS) private readonly policies: PolicyPorts,
  ) {}

  @Get()
  @Needs('read', WITHIN_WORKSPACES)
  @ApiOperation({
    operationId: 'listPolicies',
    summary: 'All policies in the order in which they are applied, retired ones only when asked for',
  })
  @ApiOkResponse({ standardSchema: policyListSchema })
  async list(
    @Query({ schema: listPoliciesQuerySchema }) { workspace, retired }: ListPoliciesQuery,
    @Asking() principal: Principal,
  ): Promise<{ readonly policies: readonly PolicySummary[] }> {
    if (workspace !== undefined) mustBeOf(principal, workspace);
    const book = await this.policies.policies.book();
    const policies = Object.values(book.policies)
      .filter((policy) => isOf(principal, policy.workspace))
      .filter((policy) => workspace === undefined || policy.workspace === workspace)
      .filter(({ retiredAt }) => retired === 'true' || retiredAt === null)
      .flatMap((policy) => policySummary(this.ports.library, policy) ?? [])
      .sort(inOrderOfApplication);
    return { policies };
  }

  @Get(':policyId')
  @Needs('read', WITHIN_WORKSPACES)
  @ApiOperation({ operationId: 'getPolicy', summary: 'A policy with every revision and its text' })
  @ApiOkResponse({ standardSchema: policyViewSchema })
  async find(@Param('policyId') policyId: string, @Asking() principal: Principal): Promise<PolicyView> {
    return policyView(this.ports, accepted(findPolicy(await this.policies.policies.book(), policyId, principal)));
  }
}
