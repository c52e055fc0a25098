import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Needs, problem, ProblemError, WITHIN_WORKSPACES } from '@weir/service';
import { isProblemKind, problemList, problemPage } from './problem-page.js';

/** Where the `type` of every problem leads to. */
@ApiExcludeController()
@Controller('problems')
export class ProblemPagesController {
  @Get()
  @Needs('nothing', WITHIN_WORKSPACES)
  @Header('content-type', 'text/html; charset=utf-8')
  list(): string {
    return problemList();
  }

  @Get(':kind')
  @Needs('nothing', WITHIN_WORKSPACES)
  @Header('content-type', 'text/html; charset=utf-8')
  find(@Param('kind') kind: string): string {
    if (isProblemKind(kind)) return problemPage(kind);
    throw new ProblemError(
      problem(404, `There is no kind of problem called ${JSON.stringify(kind)}: GET /problems lists them.`),
    );
  }
}
