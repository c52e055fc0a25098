import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { openEventStore } from '@weir/event-store';
import { findOpa } from '@weir/policy';
import { createLogger, createService, readConfiguration, ReadinessChecks, runUntilSignal } from '@weir/telemetry';
import pg from 'pg';
import { ApiModule } from './api.module.js';
import { apiConfigurationSchema } from './config.js';
import { requireApiKey } from './require-api-key/require-api-key.js';

const logger = createLogger('api');
const config = readConfiguration(apiConfigurationSchema, process.env);
const pool = new pg.Pool({ connectionString: config.DATABASE_URL });
pool.on('error', (fault) => logger.warn({ err: fault }, 'A database connection was lost'));
const readiness = new ReadinessChecks();
const module = ApiModule.forRoot({
  pool,
  eventStore: openEventStore(pool),
  findCompiler: () => findOpa({ cacheDirectory: config.OPA_CACHE, onProgress: (line) => logger.info(line) }),
  library: null,
  clock: () => new Date(),
  logger,
  readiness,
  config,
});

const app = await createService({ name: 'api', module, logger, readiness });
app.useGlobalGuards(requireApiKey(config.API_KEYS));
const about = new DocumentBuilder().setTitle('Weir API').setVersion('1').build();
SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, about), { jsonDocumentUrl: 'v1/openapi.json' });
await app.listen(config.PORT, config.HOST);
logger.info({ url: await app.getUrl() }, 'listening');
await runUntilSignal({ close: () => app.close().then(() => pool.end()) }, logger);
