import ts from 'typescript';

const SOURCE = 'libs/domain/src';

/** Who decides the events of each folder of libs/domain, and the shards that keep them. */
const OWNERS = {
  decision: { title: 'Decisions', app: 'evaluation', shard: 'evaluation/P', subject: 'the package key' },
  policy: { title: 'Policies', app: 'api', shard: 'policy/0', subject: 'the policy id' },
  feed: { title: 'Feeds', app: 'enrichment', shard: 'feeds/0', subject: 'the name of the feed' },
  key: { title: 'Keys', app: 'api', shard: 'keys/0', subject: 'the id of the key' },
  topic: {
    title: 'Topics',
    app: 'weir topics adopt',
    shard: 'topics/0',
    subject: 'the group and the topic',
  },
  effect: { title: 'Effects', app: 'action', shard: 'action/P', subject: 'the package key' },
};

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const isOurs = (declaration) => declaration.getSourceFile().fileName.includes(`${SOURCE}/`);
const folderOf = (declaration) => declaration.getSourceFile().fileName.split(`${SOURCE}/`)[1].split('/')[0];

const openSources = () => {
  const { config } = ts.readConfigFile('libs/domain/tsconfig.json', ts.sys.readFile);
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, 'libs/domain');
  return ts.createProgram({
    rootNames: fileNames.filter((file) => !file.endsWith('.spec.ts')),
    options: { ...options, noEmit: true },
  });
};

/** The interfaces that carry a type, a version and data: what the log stores. */
const eventsOf = (program, checker) =>
  program
    .getSourceFiles()
    .filter((file) => file.fileName.includes(`${SOURCE}/`))
    .flatMap((file) => file.statements.filter(ts.isInterfaceDeclaration))
    .flatMap((declaration) => {
      const type = checker.getTypeAtLocation(declaration);
      const literal = (name) => {
        const property = type.getProperty(name);
        return property && checker.getTypeOfSymbol(property).value;
      };
      const isEvent = literal('type') !== undefined && literal('version') !== undefined && type.getProperty('data');
      return isEvent ? [{ declaration, type, name: literal('type'), version: literal('version') }] : [];
    });

const docOf = (symbol, checker) => ts.displayPartsToString(symbol.getDocumentationComment(checker));

/** A property's type as it is written in the source, where it is written in one place. */
const typeText = (property, checker) => {
  const node = property.valueDeclaration?.type;
  return (node ? node.getText() : checker.typeToString(checker.getTypeOfSymbol(property)))
    .replaceAll('readonly ', '')
    .replaceAll(/\s+/g, ' ');
};

const fieldRows = ({ type }, checker) =>
  checker
    .getPropertiesOfType(checker.getTypeOfSymbol(type.getProperty('data')))
    .map(
      (property) =>
        `| \`${property.name}\` | \`${cell(typeText(property, checker))}\` | ${cell(docOf(property, checker))} |`,
    );

const sectionOf = (event, checker) =>
  [
    `### ${event.name}, version ${event.version}`,
    ...[docOf(event.type.symbol, checker)].filter((doc) => doc !== ''),
    ['| field of `data` | type | meaning |', '|---|---|---|', ...fieldRows(event, checker)].join('\n'),
  ].join('\n\n');

/** The declarations of libs/domain that a node names, and those that they name. */
const namedIn = (node, checker, found = new Map()) => {
  const visit = (child) => {
    const name = ts.isTypeReferenceNode(child)
      ? child.typeName
      : ts.isExpressionWithTypeArguments(child)
        ? child.expression
        : null;
    const symbol = name && checker.getSymbolAtLocation(name);
    const target = symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    for (const declaration of target?.declarations ?? []) {
      if (!isOurs(declaration) || found.has(target.name)) continue;
      found.set(target.name, declaration);
      namedIn(declaration, checker, found);
    }
    ts.forEachChild(child, visit);
  };
  ts.forEachChild(node, visit);
  return found;
};

const typeSections = (events, checker) => {
  const found = new Map();
  for (const { declaration } of events) namedIn(declaration, checker, found);
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, declaration]) => {
      const doc = docOf(checker.getSymbolAtLocation(declaration.name), checker);
      const text = declaration
        .getText()
        .replace(/^export /, '')
        .replaceAll('readonly ', '');
      return [...(doc === '' ? [] : [doc]), `\`\`\`ts\n${text}\n\`\`\``].join('\n\n');
    });
};

const HEAD = `# Stored events

What the decision log holds, from the types in \`libs/domain\`. A stored event is a row of \`log.event\`: \`type\`, \`version\`, \`subject\`, \`data\` as JSON text, \`metadata\`, \`occurred_at\`, \`recorded_at\`, and the hashes that chain it to its predecessor. Its id is its shard and position, such as \`evaluation-3-120\`. Events are never changed; see [how to evolve one](../how-to/evolve-an-event.md).

\`P\` is the number of a partition. Times are ISO 8601 UTC, digests \`sha256:<hex>\`.`;

/** Every event type of the log with its fields. Throws when a folder has events and no owner is named here. */
export const references = () => {
  const program = openSources();
  const checker = program.getTypeChecker();
  const events = eventsOf(program, checker);
  const homeless = events.find(({ declaration }) => !Object.hasOwn(OWNERS, folderOf(declaration)));
  if (homeless)
    throw new Error(
      `${homeless.name} has no owner: name the app and shard of ${folderOf(homeless.declaration)} in tools/references/events.js`,
    );
  const groups = Object.entries(OWNERS).map(([folder, { title, app, shard, subject }]) =>
    [
      `## ${title}`,
      `Decided in [\`${SOURCE}/${folder}\`](../../${SOURCE}/${folder}), appended by \`${app}\` to shard \`${shard}\`. The subject is ${subject}.`,
      ...events.filter(({ declaration }) => folderOf(declaration) === folder).map((event) => sectionOf(event, checker)),
    ].join('\n\n'),
  );
  const text = [HEAD, ...groups, '## Types that the fields name', ...typeSections(events, checker)].join('\n\n');
  return [{ path: 'docs/reference/events.md', text: `${text}\n` }];
};
