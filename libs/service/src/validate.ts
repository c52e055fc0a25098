// The entry `@weir/service/validate`: settings and messages held against their schema, for libraries that know no
// framework.
export { ConfigurationFault, readConfiguration } from './configuration.js';
export { describeIssue, pointerOf, type SchemaIssue } from './http/describe-issue.js';
