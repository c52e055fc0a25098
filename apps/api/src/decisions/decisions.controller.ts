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
import { Needs } from '@weir/service';
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
  @Needs('read')
  @ApiOperation({ operationId: 'listDecisions', summary: 'Decisions, latest first, a page at a time' })
  @ApiOkResponse({ standardSchema: decisionPageSchema })
  list(@Query({ schema: listDecisionsQuerySchema }) query: ListDecisionsQuery): Promise<DecisionPage> {
    return this.ports.lists.read((pool) => listDecisions(pool, query));
  }

  @Get(':id')
  @Needs('read')
  @ApiOperation({
    operationId: 'getDecision',
    summary: 'The event of a decision as the log holds it, with its hash and every policy that was asked',
  })
  @ApiOkResponse({ standardSchema: storedDecisionSchema })
  async find(
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StoredDecision | undefined> {
    const event = await readDecision(this.ports.eventStore, id);
    if (isUnchanged(reply, event.hash)) return undefined;
    return storedDecision(event, await readDecidingSet(this.ports.eventStore, event));
  }

  @Get(':id/facts')
  @Needs('read')
  @ApiOperation({
    operationId: 'getDecisionFacts',
    summary: 'The facts that a decision saw, byte for byte what their digest names',
  })
  @ApiProduces('application/json')
  async facts(
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    return sendEvidence(reply, await readFacts(this.ports.eventStore, await readDecision(this.ports.eventStore, id)));
  }
}
