import { Controller, Get, Inject, Param, Query, Res, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import {
  decisionPageSchema,
  listDecisionsQuerySchema,
  storedDecisionSchema,
  type DecisionPage,
  type ListDecisionsQuery,
  type StoredDecision,
} from '@weir/contracts';
import type { FastifyReply } from 'fastify';
import { Asking, keptToWorkspace, Needs, WITHIN_WORKSPACES } from '@weir/service';
import type { Principal } from '@weir/domain';
import { API_PORTS, type ApiPorts } from '../api-ports.js';
import { sendEvidence } from '../evidence/send-evidence.js';
import { isUnchanged } from '../evidence/send-unchanging.js';
import { listDecisions } from './list-decisions.js';
import { readDecidingSet, readDecision, readFacts, storedDecision } from './stored-decision.js';

@ApiTags('decisions')
@Controller('v1/decisions')
export class DecisionsController {
  constructor(@Inject(API_PORTS) private readonly ports: ApiPorts) {}

  @Get()
  @Needs('read', WITHIN_WORKSPACES)
  @ApiOperation({ operationId: 'listDecisions', summary: 'Decisions, latest first, a page at a time' })
  @ApiOkResponse({ standardSchema: decisionPageSchema })
  list(
    @Query({ schema: listDecisionsQuerySchema }) query: ListDecisionsQuery,
    @Asking() principal: Principal,
  ): Promise<DecisionPage> {
    const kept = keptToWorkspace(principal, query);
    return this.ports.lists.read((pool) => listDecisions({ ...this.ports, pool }, kept));
  }

  @Get(':id')
  @Needs('read', WITHIN_WORKSPACES)
  @ApiOperation({
    operationId: 'getDecision',
    summary: 'The event of a decision as the log holds it, with its hash and every policy that was asked',
  })
  @ApiOkResponse({ standardSchema: storedDecisionSchema })
  async find(
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Asking() principal: Principal,
  ): Promise<StoredDecision | undefined> {
    const event = await readDecision(this.ports.eventStore, id, principal);
    if (isUnchanged(reply, event.hash)) return undefined;
    return storedDecision(event, await readDecidingSet(this.ports.eventStore, event));
  }

  @Get(':id/facts')
  @Needs('read', WITHIN_WORKSPACES)
  @ApiOperation({
    operationId: 'getDecisionFacts',
    summary: 'The facts that a decision saw, byte for byte what their digest names',
  })
  @ApiProduces('application/json')
  async facts(
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Asking() principal: Principal,
  ): Promise<StreamableFile | undefined> {
    return sendEvidence(
      reply,
      await readFacts(this.ports.eventStore, await readDecision(this.ports.eventStore, id, principal)),
    );
  }
}
