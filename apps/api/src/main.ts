import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { eventCatalog } from '@weir/domain';
import { openEventStore } from '@weir/event-store';
import { findOpa } from '@weir/policy';
import { openPool, poolLimitsOf } from '@weir/postgres';
import { requireApiKey, runService } from '@weir/service';
import { ApiModule } from './api.module.js';
import { apiConfigurationSchema } from './config.js';
import { serveConsole } from './console-page/serve-console.js';
import { readPolicyLibrary } from './policy-library/read-policy-library.js';

await runService('api', apiConfigurationSchema, async ({ config, logger, readiness, onClose, onApplication }) => {
  const pool = openPool({ databaseUrl: config.DATABASE_URL, name: 'weir api', logger, ...poolLimitsOf(config) });
  onClose(() => pool.end());
  onApplication(async (app) => {
    await serveConsole(app);
    app.useGlobalGuards(requireApiKey(config.API_KEYS));
    const about = new DocumentBuilder().setTitle('Weir API').setVersion('1').build();
    SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, about), { jsonDocumentUrl: 'v1/openapi.json' });
  });
  const findCompiler = () => findOpa({ cacheDirectory: config.OPA_CACHE, onProgress: (line) => logger.info(line) });
  return ApiModule.forRoot({ pool, eventStore: openEventStore(pool, eventCatalog), findCompiler, library: readPolicyLibrary(), clock: () => new Date(), logger, readiness, config });
});
