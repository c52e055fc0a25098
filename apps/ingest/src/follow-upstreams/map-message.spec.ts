import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  bytes,
  causeOf,
  custom,
  examples,
  npm,
  observed,
  take,
  upload,
  type Sent,
} from '../testing/take-from-upstream.js';

const digest = 'sha256:954b378c375d852eb3c63ab88978f640b4348b01c1b3456a024a81536dafbbf4';

describe('messages of registries become events by the mappings of the example', () => {
  test("Harbor's pushed artifact, one event for each resource, under the CloudEvent's id", async () => {
    const [event] = await observed('harbor', {
      value: readFileSync(join(examples, 'harbor-artifact-pushed.json'), 'utf8'),
    });
    expect(event).toMatchObject({
      repository: { name: 'harbor/alpine', environment: 'production', format: 'docker' },
      package: { purl: `pkg:docker/harbor/alpine@${digest}`, digest },
      observation: {
        id: '66e18103-09c1-41f6-982f-37df223f3eeb#0',
        source: '/projects/2/webhook/policies/15',
        kind: 'published',
        occurredAt: '2023-04-03T06:04:46.000Z',
        actor: 'harbor-jobservice',
      },
    });
  });

  test('the pulled manifest of a Distribution, not its layers', async () => {
    const envelope = JSON.parse(readFileSync(join(examples, 'distribution-notification.json'), 'utf8')) as {
      readonly events: readonly { readonly target: object }[];
    };
    const layer = {
      ...envelope.events[0],
      id: 'layer',
      target: { ...envelope.events[0]?.target, mediaType: 'application/octet-stream' },
    };
    const events = await observed('distribution', { value: { events: [layer, ...envelope.events] } });
    expect(events.map(({ observation }) => observation)).toEqual([
      {
        id: '320678d8-ca14-430f-8bb6-4ca139cd83f7',
        source: '/distribution/xtal.local:5000',
        kind: 'downloaded',
        occurredAt: '2016-03-09T22:44:26.402Z',
        receivedAt: '2026-11-25T10:00:00.000Z',
        actor: null,
      },
    ]);
  });

  test("zot's updated image in binary mode", async () => {
    const headers = {
      ce_specversion: '1.0',
      ce_id: 'z-1',
      ce_source: 'zotregistry.dev',
      ce_type: 'zotregistry.image.updated',
      'content-type': 'application/json',
    };
    const [event] = await observed('zot', {
      headers,
      value: { name: 'team/app/web', reference: 'v1', digest, actor: { name: 'ci' } },
    });
    expect(event).toMatchObject({
      package: { namespace: 'team/app', name: 'web', version: digest },
      observation: { id: 'z-1', source: 'zotregistry.dev' },
    });
  });

  test("CDEvents' published artifact, whose subject is a package URL, and nothing else of CDEvents", async () => {
    const cdevent = (type: string) => ({
      headers: {
        ce_specversion: '1.0',
        ce_id: 'c-1',
        ce_source: '/event/source/123',
        ce_type: type,
        'content-type': 'application/json; charset=utf-8',
      },
      value: {
        context: { version: '0.4.1' },
        subject: {
          id: 'pkg:golang/mygit.com/myorg/myapp@v1.2.3',
          source: 'releases',
          content: { user: 'mybot-myapp' },
        },
      },
    });
    const [event] = await observed('cdevents', cdevent('dev.cdevents.artifact.published.0.3.0'));
    expect(event).toMatchObject({
      package: { purl: 'pkg:golang/mygit.com/myorg/myapp@v1.2.3' },
      repository: { name: 'releases' },
      observation: { actor: 'mybot-myapp' },
    });
    expect(await take('cdevents', cdevent('dev.cdevents.pipelinerun.started.0.2.0'))).toEqual([]);
  });
});

describe("Weir's own event types", () => {
  const event = {
    specversion: '1.0',
    id: 'e-1',
    source: '/r',
    type: 'dev.weir.package.published.v1',
    data: { repository: { name: 'npm-dev' }, purl: 'pkg:npm/lodash@4.17.20' },
  };
  const { data, ...attributes } = event;
  const ce = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce_${name}`, value]));

  test.each<[string, Sent]>([
    ['structured', { value: event, headers: { 'content-type': 'application/cloudevents+json; charset=UTF-8' } }],
    ['structured, by a producer that forgot to say so', { value: event }],
    ['binary', { value: data, headers: { ...ce, 'content-type': 'application/json' } }],
    ['binary without a content type', { value: data, headers: ce }],
  ])('%s mode', async (_, sent) => {
    expect(await observed('pipeline', sent)).toMatchObject([
      { package: { purl: 'pkg:npm/lodash@4.17.20' }, observation: { id: 'e-1', source: '/r', kind: 'published' } },
    ]);
  });

  test('the trace of the sender goes on', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const [asHeader] = await take('pipeline', { value: event, headers: { traceparent } });
    const [asAttribute] = await take('pipeline', { value: data, headers: { ...ce, ce_traceparent: traceparent } });
    const [forged] = await take('pipeline', { value: event, headers: { traceparent: 'x\u0000' } });
    expect([asHeader, asAttribute, forged].map((message) => message?.headers['traceparent'])).toEqual([
      traceparent,
      traceparent,
      undefined,
    ]);
  });

  test('the mark of a compacted topic that a key is gone says nothing', async () => {
    expect(await take('pipeline', {})).toEqual([]);
  });

  test.each<[string, Sent, RegExp]>([
    ['no JSON', { value: '{"specversion": "1.0",}' }, /^UnreadableMessage: the value is not JSON: .*position 22/],
    ['nothing', { value: '' }, /the value is empty/],
    ['no UTF-8', { raw: { value: new Uint8Array([0xff, 0xfe]) } }, /the value is not UTF-8/],
    ['JSON that is no event', { value: [1] }, /the value is no CloudEvent/],
    [
      'an array called an event',
      { value: [event], headers: { 'content-type': 'application/cloudevents+json' } },
      /the value is no CloudEvent/,
    ],
    [
      'a batch',
      { value: [event], headers: { 'content-type': 'application/cloudevents-batch+json' } },
      /content-type is "application\/cloudevents-batch\+json"/,
    ],
    ['an unknown type', { value: { ...event, type: 'dev.weir.package.published.v9' } }, /\/type is none of the values/],
    [
      'a wrong field',
      { value: { ...event, data: { ...data, repository: {} } } },
      /\/data\/repository\/name is required/,
    ],
    ['no data', { raw: { value: null }, headers: ce }, /\/data is required/],
    [
      'data that is not JSON',
      { value: '<a/>', headers: { ...ce, 'content-type': 'text/xml' } },
      /\/datacontenttype names data that is not JSON/,
    ],
    [
      'an attribute that is no text',
      { value: data, raw: { headers: { ce_specversion: bytes('1.0'), ce_id: new Uint8Array([0xff]) } } },
      /the header ce_id is no text/,
    ],
    ['U+0000', { value: { ...event, id: 'a\u0000' } }, /the value, \/id, holds U\+0000/],
    [
      'a key named __proto__',
      { value: '{"specversion":"1.0","__proto__":{"id":"x"}}' },
      /__proto__, is a key that is never accepted/,
    ],
    ['nesting without end', { value: '['.repeat(100_000) }, /nests arrays and objects more than 64 deep/],
    [
      'an event that makes too large a message',
      { value: { ...event, data: { ...data, license: { text: 'x'.repeat(300_000) } } } },
      /\/data makes a message of \d+ bytes/,
    ],
  ])('%s becomes a dead letter that says why', async (_, sent, words) => {
    expect(await causeOf('pipeline', sent)).toMatch(words);
  });
});

describe('a mapping', () => {
  test('without an id takes the place of the message, which stays the same whenever it is read', async () => {
    const [first] = await observed('own', { value: upload }, custom(npm));
    expect(first?.observation).toMatchObject({ id: 'registry/3/41', source: '/upstream/own' });
  });

  test('an entry that has no id of its own is told apart by its number', async () => {
    const ids = async (mapping: object) =>
      (await observed('own', { value: { all: [upload, upload] } }, custom(mapping))).map(
        ({ observation }) => observation.id,
      );
    const entry = { ...npm, each: '/all', repository: { name: '@/repo' }, purl: 'pkg:npm/{@/name}@{@/version}' };
    expect(await ids(entry)).toEqual(['registry/3/41#0', 'registry/3/41#1']);
    expect(await ids({ ...entry, id: '{@/name}' })).toEqual(['@scope/pkg']);
  });

  test('reads headers, the key, numbers, seconds and times with a short offset', async () => {
    const mapping = {
      ...npm,
      id: '/number',
      source: '$headers/registry',
      actor: '$key',
      time: { from: '/seconds', unit: 'seconds' },
      metadata: { publishedAt: '/published', size: '/size', tags: '/tags' },
    };
    const value = {
      ...upload,
      number: 7,
      seconds: 1_680_501_893,
      published: '2016-11-10T23:57:49.664+0000',
      size: 12,
      tags: ['a'],
    };
    const [event] = await observed(
      'own',
      { value, headers: { registry: '/nexus' }, raw: { key: bytes('admin') } },
      custom(mapping),
    );
    expect(event).toMatchObject({
      observation: { id: '7', source: '/nexus', actor: 'admin', occurredAt: '2023-04-03T06:04:53.000Z' },
      metadata: { publishedAt: '2016-11-10T23:57:49.664Z', size: 12, tags: ['a'] },
    });
  });

  test.each([
    ['pkg:npm/{/name}@{/version}', 'pkg:npm/%40scope/pkg@1.0.0'],
    ['/purl', 'pkg:npm/%40scope/pkg@2.0.0'],
    [
      {
        type: 'maven',
        namespace: 'org/example',
        name: '/base',
        version: '2.0+1',
        qualifiers: { classifier: '/kind', arch: '/none' },
      },
      'pkg:maven/org.example/pkg@2.0%2B1?classifier=a%26b%3Dc',
    ],
    [{ type: 'npm', namespace: '/scope', name: '/base', version: '/version' }, 'pkg:npm/%40scope/pkg@1.0.0'],
  ])('makes a package URL of %j', async (purl, wanted) => {
    const [event] = await observed(
      'own',
      { value: { ...upload, scope: '@scope', base: 'pkg', kind: 'a&b=c', purl: 'pkg:npm/%40scope/pkg@2.0.0' } },
      custom({ ...npm, purl }),
    );
    expect(event?.package.purl).toBe(wanted);
  });

  test('what a message says cannot become a version, a qualifier or another package', async () => {
    for (const name of ['left-pad@9.9.9', 'left-pad?arch=x#y', '../../evil', '%2e%2e']) {
      const [event] = await observed(
        'own',
        { value: { ...upload, name } },
        custom({ ...npm, purl: { type: 'nuget', name: '/name', version: '/version' } }),
      );
      expect(event?.package).toMatchObject({ name, version: '1.0.0', namespace: null });
    }
  });

  const types = { ...npm, type: { from: '/type', values: { 'a.b': 'published', 'a.*': 'ignore' } } };
  test.each<[string, object, unknown, RegExp]>([
    ['a missing path', npm, { ...upload, repo: undefined }, /repository\.name is required: give text/],
    ['null', npm, { ...upload, repo: null }, /repository\.name is required/],
    ['an object where text is needed', npm, { ...upload, repo: { a: 1 } }, /repository\.name is an object: give text/],
    ['a missing part of the purl', npm, { ...upload, version: undefined }, /purl is required/],
    [
      'a purl of an unknown type',
      { ...npm, purl: { type: '/t', name: '/name', version: '/version' } },
      { ...upload, t: 'nix' },
      /purl has the unknown package type/,
    ],
    ['a digest of another kind', { ...npm, digest: '/d' }, { ...upload, d: 'md5:1' }, /digest is no SHA-256 digest/],
    ['a time that is none', { ...npm, time: '/at' }, { ...upload, at: 'yesterday' }, /time is no RFC 3339 time/],
    [
      'seconds beyond time',
      { ...npm, time: { from: '/at', unit: 'seconds' } },
      { ...upload, at: 1e300 },
      /time is a number: give text/,
    ],
    [
      'metadata of the wrong type',
      { ...npm, metadata: { size: '/size' } },
      { ...upload, size: 'big' },
      /metadata\.size is text: give a number/,
    ],
    [
      'a type that the table lacks',
      types,
      { ...upload, type: 'b' },
      /type has no value for "b": add it to type\.values/,
    ],
    ['a type that is no text', types, { ...upload, type: {} }, /type leads to no text/],
    [
      'a type that is a name of every object',
      types,
      { ...upload, type: 'constructor' },
      /type has no value for "constructor"/,
    ],
    [
      'a path into what every object inherits',
      { ...npm, repository: { name: '/constructor/name' } },
      upload,
      /repository\.name is required/,
    ],
    ['a path through text', { ...npm, repository: { name: '/name/length' } }, upload, /repository\.name is required/],
    ['an array that is none', { ...npm, each: '/name' }, upload, /each leads to no array/],
    [
      'too many entries',
      { ...npm, each: '/all' },
      { all: new Array(1_001).fill(upload) },
      /each leads to 1001 entries/,
    ],
    [
      'an entry that is wrong among others',
      { ...npm, each: '/all', repository: { name: '@/repo' }, purl: 'pkg:npm/{@/name}@{@/version}' },
      { all: [upload, 7] },
      /repository\.name \(entry 1\) is required/,
    ],
    ['a value that is no object', npm, 7, /repository\.name is required/],
  ])('%s becomes a dead letter that names the field of the mapping', async (_, mapping, value, words) => {
    expect(await causeOf('own', { value }, custom(mapping))).toMatch(words);
  });

  test('a type of the table may be ignored, and every other one when told', async () => {
    expect(await take('own', { value: { ...upload, type: 'a.c' } }, custom(types))).toEqual([]);
    expect(await observed('own', { value: { ...upload, type: 'a.b' } }, custom(types))).toHaveLength(1);
    expect(await take('own', { value: { ...upload, type: 'b' } }, custom(types, { otherTypes: 'ignore' }))).toEqual([]);
  });
});
