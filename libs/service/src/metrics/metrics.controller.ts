import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Needs } from '../keys/rule.js';
import { scrape } from './metrics.js';

@ApiExcludeController()
@Controller()
export class MetricsController {
  @Get('metrics')
  @Needs('operate')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  async metrics(): Promise<string> {
    return (await scrape()).text;
  }
}
