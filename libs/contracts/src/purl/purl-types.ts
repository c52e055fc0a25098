/**
 * The package types that have a definition in the purl specification: purl-types-index.json of
 * https://github.com/package-url/purl-spec at 16f3d0e39343d47d1ac3d559b7e110f25eac1513 (2026-08-21).
 */
export const PURL_TYPES: ReadonlySet<string> = new Set([
  'alpm', 'apk', 'bazel', 'bitbucket', 'bitnami', 'brew', 'cargo', 'chrome-extension', 'cocoapods', 'composer', 'conan',
  'conda', 'cpan', 'cran', 'deb', 'docker', 'gem', 'generic', 'git', 'github', 'golang', 'hackage', 'hex', 'huggingface',
  'julia', 'luarocks', 'maven', 'mlflow', 'npm', 'nuget', 'oci', 'opam', 'otp', 'pub', 'pypi', 'qpkg', 'rpm', 'swid',
  'swift', 'vcpkg', 'vscode-extension', 'yocto',
]);
