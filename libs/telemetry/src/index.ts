export { Retryable } from './retryable.js';
