import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  judgingProgressQuerySchema,
  judgingProgressSchema,
  type JudgingProgress,
  type JudgingProgressQuery,
} from '@weir/contracts';
import { Standstill } from '@weir/postgres';
import { Asking, isOf, mustBeOf, Needs, problem, ProblemError, WITHIN_WORKSPACES } from '@weir/service';
import type { Principal } from '@weir/domain';
import type { TellProgress } from './tell-progress.js';

export const JUDGING_PROGRESS = Symbol('JudgingProgress');

export interface ProgressTeller {
  readonly progress: TellProgress;
}

@ApiTags('judging')
@Controller('v1/judging')
export class JudgingProgressController {
  constructor(@Inject(JUDGING_PROGRESS) private readonly teller: ProgressTeller) {}

  @Get()
  @Needs('read', WITHIN_WORKSPACES)
  @ApiOperation({
    operationId: 'getJudgingProgress',
    summary: 'How far judging again is after policies, the engine or feeds changed',
  })
  @ApiOkResponse({ standardSchema: judgingProgressSchema })
  async progress(
    @Query({ schema: judgingProgressQuerySchema }) query: JudgingProgressQuery,
    @Asking() principal: Principal,
  ): Promise<JudgingProgress> {
    const { workspace } = query;
    if (workspace !== undefined) mustBeOf(principal, workspace);
    const { workspaces, ...told } = await this.teller.progress().catch(asProblem);
    return {
      ...told,
      workspaces: workspaces.filter(
        (one) => isOf(principal, one.workspace) && (workspace === undefined || one.workspace === workspace),
      ),
    };
  }
}

/** What evaluation stands still at is no fault of the request, and has its cure. */
const asProblem = (fault: unknown): never => {
  if (fault instanceof Standstill) throw new ProblemError(problem(503, fault.message), { cause: fault });
  throw fault;
};
