import { Retryable } from '@weir/postgres';
import type { KafkaJSError } from 'kafkajs';
import { TopicsUnavailable } from '../topics-unavailable.js';

/** What a broker will refuse however often it is asked. */
const REFUSED: ReadonlySet<string> = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TOPIC_EXCEPTION',
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'ILLEGAL_SASL_STATE',
  'UNSUPPORTED_VERSION',
]);

/** The number of a record was not the one that the broker expected next: only another producer id gets on. */
const OUT_OF_SEQUENCE: ReadonlySet<string> = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
  'DUPLICATE_SEQUENCE_NUMBER',
]);

/** The broker's own name for what went wrong, or null when the fault did not come from a broker. */
export const brokerFault = (fault: unknown): string | null => {
  if (!(fault instanceof Error)) return null;
  if ('type' in fault && typeof fault.type === 'string') return fault.type;
  return fault.cause === fault ? null : brokerFault(fault.cause);
};

export const isRefused = (fault: unknown): fault is Error => REFUSED.has(brokerFault(fault) ?? '');
export const isOutOfSequence = (fault: unknown): boolean => OUT_OF_SEQUENCE.has(brokerFault(fault) ?? '');

export const isKafkaFault = (fault: unknown): fault is KafkaJSError =>
  fault instanceof Error && fault.name.startsWith('KafkaJS');

/** A login or a certificate that is refused stays so until somebody changes a setting; which one, the client does not know. */
const withCure = (fault: Error): Error => {
  const cure = cureOf(fault);
  return cure === null ? fault : new Error(`${fault.message.replace(/[.;]?$/, '')}; ${cure}`, { cause: fault });
};

const cureOf = ({ name, message }: Error): string | null => {
  if (name === 'KafkaJSSASLAuthenticationError')
    return 'check KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD_FILE, or sasl of the upstream';
  return /certificate/i.test(message) ? 'check KAFKA_TLS_CA_FILE, or tls of the upstream' : null;
};

/** Runs `work`; a fault of the client is TopicsUnavailable unless the broker will always refuse. */
export const reachingKafka = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (fault) {
    if (fault instanceof Retryable || !isKafkaFault(fault) || isRefused(fault)) throw fault;
    throw new TopicsUnavailable(withCure(fault));
  }
};
