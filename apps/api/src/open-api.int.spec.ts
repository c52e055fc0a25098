import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { expect, test } from 'vitest';
import { TAGS } from './open-api/serve-open-api.js';
import { createApiDatabase, startApi } from './testing/api-for-tests.js';

test('the OpenAPI document describes every route, its fields and its answers', async () => {
  const database = await createApiDatabase();
  const api = await startApi(database);
  const { paths } = SwaggerModule.createDocument(
    api.app,
    new DocumentBuilder().setTitle('Weir').setVersion('1').build(),
  );
  await api.close();
  await database.drop();
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(routes).toEqual(
    expect.arrayContaining([
      'POST /v1/policies',
      'GET /v1/policies',
      'GET /v1/policies/{policyId}',
      'PUT /v1/policies/{policyId}',
      'POST /v1/policies/{policyId}/activate',
      'POST /v1/policies/{policyId}/deactivate',
      'POST /v1/policies/check',
      'GET /v1/policy-library',
      'GET /v1/policy-sets/{digest}',
      'GET /v1/packages',
      'GET /v1/packages/{purl}',
      'GET /v1/unjudged',
      'GET /v1/packages/{purl}/decisions',
      'GET /v1/decisions',
      'GET /v1/decisions/{id}',
      'GET /v1/decisions/{id}/facts',
      'GET /v1/verdict',
      'GET /v1/summary',
      'GET /v1/stream',
    ]),
  );
  const verdict = paths['/v1/verdict']?.get;
  expect(verdict?.parameters).toMatchObject([
    { name: 'purl', in: 'query', required: true },
    { name: 'repository', required: false },
    { name: 'workspace' },
    { name: 'wait', in: 'query' },
  ]);
  expect(JSON.stringify(verdict?.responses['200'])).toContain('allowed');
  expect(JSON.stringify(paths['/v1/policies']?.post?.requestBody)).toContain('precedence');
});

test('operations are called as a person would, each by a name of its own, under a tag that is described', async () => {
  const database = await createApiDatabase();
  const api = await startApi(database);
  const { paths } = SwaggerModule.createDocument(api.app, new DocumentBuilder().build());
  await api.close();
  await database.drop();
  const operations = Object.values(paths).flatMap(
    (methods) => Object.values(methods) as { readonly operationId?: string; readonly tags?: readonly string[] }[],
  );
  const names = operations.map(({ operationId = '' }) => operationId);
  expect(names.filter((name) => !/^[a-z]+(?:[A-Z][a-z]+)+$/.test(name))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
  expect(operations.filter(({ tags = [] }) => tags.length !== 1 || !(tags[0] ?? '' in TAGS))).toEqual([]);
});
