import { expect, test } from 'vitest';
import { tellPermissions } from './tell-permissions.js';

test('an operation says which permission it needs and how a key is sent; what needs nothing says nothing', () => {
  const operation = (permission: string) => ({ responses: {}, 'x-weir-permission': permission });
  const document = {
    openapi: '3.0.0',
    info: { title: 'x', version: '1' },
    paths: { '/a': { get: operation('read') }, '/health': { get: operation('nothing') } },
  };
  const told = tellPermissions(document);
  expect(Object.keys(told.components?.securitySchemes ?? {})).toEqual(['bearer', 'header']);
  expect(told.paths['/a']?.get).toMatchObject({
    security: [{ bearer: [] }, { header: [] }, {}],
    description: expect.stringContaining('`read`') as string,
  });
  expect(told.paths['/health']?.get?.security).toBeUndefined();
});
