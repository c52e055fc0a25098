export { evaluationConnections } from './connections.js';
export { composeEvaluation, type EvaluationProcess } from './compose-evaluation.js';
export { evaluationConfigurationSchema, type EvaluationConfiguration } from './config.js';
export { evaluationMigrations } from './evaluation-migrations.js';
export { startEvaluation, type Evaluation, type EvaluationPorts } from './start-evaluation.js';
export { readRelays, RELAY, rewindRelay } from './relay-decisions/relay-position.js';
export { judgedFacts, undecidedAmong } from './tell-undecided/undecided.js';
export { judgementView } from './judgement-view.js';
