import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { problem } from '../http/problem.js';
import { ProblemError } from '../http/problem-error.js';
import { Needs } from '../keys/rule.js';
import { ReadinessChecks } from './readiness-checks.js';

const answers = (status: string) => ({
  schema: { type: 'object', required: ['status'], properties: { status: { type: 'string', enum: [status] } } },
});

@ApiTags('health')
@Controller()
export class HealthController {
  constructor(@Inject(ReadinessChecks) private readonly readiness: ReadinessChecks) {}

  @Get('health')
  @ApiOperation({ operationId: 'getHealth', summary: 'Whether the process lives' })
  @ApiOkResponse(answers('alive'))
  @Needs('nothing')
  health(): { readonly status: 'alive' } {
    return { status: 'alive' };
  }

  @Get('ready')
  @ApiOperation({ operationId: 'getReadiness', summary: 'Whether the next request can be answered' })
  @ApiOkResponse(answers('ready'))
  @Needs('nothing')
  async ready(): Promise<{ readonly status: 'ready'; readonly impaired?: readonly object[] }> {
    const { ready, failing, impaired } = await this.readiness.report();
    if (ready) return { status: 'ready', ...(impaired.length > 0 && { impaired }) };
    const errors = failing.map(({ name, detail }) => ({ pointer: `/${name}`, detail }));
    throw new ProblemError(
      problem(
        'not-ready',
        `Not ready: ${failing.map(({ name, detail }) => `${name} (${detail})`).join(', ')}.`,
        errors,
      ),
      { headers: { 'retry-after': '5' } },
    );
  }
}
