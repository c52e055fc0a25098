import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const layers = [
  // Its product files import nothing at all: tools/architecture.spec.ts.
  { sourceTag: 'layer:domain', onlyDependOnLibsWithTags: [], allowedExternalImports: ['vitest', 'node:*'] },
  {
    sourceTag: 'layer:contract',
    onlyDependOnLibsWithTags: [],
    bannedExternalImports: ['@nestjs/*', 'pg', 'typeorm', 'kafkajs'],
  },
  {
    sourceTag: 'layer:ground',
    onlyDependOnLibsWithTags: [],
    bannedExternalImports: ['@nestjs/*', 'typeorm', 'kafkajs'],
  },
  { sourceTag: 'layer:support', onlyDependOnLibsWithTags: ['layer:ground', 'layer:domain'] },
  {
    sourceTag: 'layer:adapter',
    onlyDependOnLibsWithTags: ['layer:ground', 'layer:support', 'layer:contract'],
    bannedExternalImports: ['@nestjs/*'],
  },
  {
    sourceTag: 'layer:judging',
    onlyDependOnLibsWithTags: ['layer:domain', 'layer:contract', 'layer:ground', 'layer:adapter'],
    bannedExternalImports: ['@nestjs/*', 'pg', 'typeorm'],
  },
  {
    sourceTag: 'layer:service',
    onlyDependOnLibsWithTags: [
      'layer:domain',
      'layer:contract',
      'layer:ground',
      'layer:support',
      'layer:adapter',
      'layer:judging',
    ],
  },
  {
    sourceTag: 'layer:composition',
    onlyDependOnLibsWithTags: [
      'layer:domain',
      'layer:contract',
      'layer:ground',
      'layer:support',
      'layer:adapter',
      'layer:judging',
      'layer:service',
    ],
  },
  {
    sourceTag: 'layer:client',
    onlyDependOnLibsWithTags: ['layer:contract'],
    bannedExternalImports: ['@nestjs/*', 'pg', 'typeorm'],
  },
];

const boundaries = (depConstraints) => [
  'error',
  {
    allow: ['../../../tools/testing/*', '../../../../tools/testing/*', '../../../../../tools/testing/*'],
    enforceBuildableLibDependency: false,
    banTransitiveDependencies: false,
    depConstraints,
  },
];

/** The topics as a transport of Nest are the one part of an adapter that is about Nest (docs/adr/0056); it has an entry of its own. */
const nestTransport = {
  files: ['libs/messaging/src/nest/**/*.ts'],
  rules: {
    '@nx/enforce-module-boundaries': boundaries(
      layers.map((layer) => (layer.sourceTag === 'layer:adapter' ? { ...layer, bannedExternalImports: [] } : layer)),
    ),
  },
};

/** The service library's main entry loads Nest; lint of layers sees libraries, not their entries. */
const adapters = {
  files: ['libs/{event-store,messaging,policy,judging}/src/**/*.ts'],
  ignores: ['**/*.spec.ts', 'libs/messaging/src/nest/**'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        paths: [
          {
            name: '@weir/service',
            message: 'It loads Nest: an adapter takes @weir/service/observe or @weir/service/validate (docs/adr/0147).',
          },
        ],
      },
    ],
  },
};

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '.weir/**', 'examples/**', 'policies/compiled/**'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { '@nx': nx },
    languageOptions: {
      parserOptions: {
        project: ['tsconfig.tests.json', 'apps/console/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@nx/enforce-module-boundaries': boundaries(layers),
      'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true, IIFEs: true }],
      eqeqeq: ['error', 'always'],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidOperator: true },
      ],
      // Off: an interface that answers with promises has implementations that need not wait.
      '@typescript-eslint/require-await': 'off',
      // Off: it forbids the never-branch that ends every switch, and loops on a signal that others abort.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
    },
  },
  {
    files: ['libs/domain/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['Date', 'process', 'fetch', 'setTimeout', 'setInterval', 'console', 'crypto'].map((name) => ({
          name,
          message: 'libs/domain is pure, so that a decision can be replayed: time and chance are arguments.',
        })),
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'FunctionDeclaration[async=true], ArrowFunctionExpression[async=true]',
          message: 'libs/domain does no I/O.',
        },
      ],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'libs/domain is pure.' }],
    },
  },
  nestTransport,
  adapters,
  { files: ['**/*.spec.ts', 'libs/*/src/contract/**/*.ts'], rules: { 'max-lines-per-function': 'off' } },
);
