import {
  ASKS_FOR_NOTHING,
  CLOUD_EVENT_CONTENT_TYPE,
  DECISION_EVENT_TYPE,
  DECISION_HEADERS,
  MAX_MESSAGE_BYTES,
  TOPICS,
} from '@weir/contracts';
import { AVAILABLE, type DecisionRecorded } from '@weir/domain';
import type { StoredEvent } from '@weir/event-store';
import type { OutgoingMessage } from '@weir/messaging';

/** The message that tells of a stored decision: a CloudEvent in structured mode (docs/adr/0120). */
export const decisionMessage = (event: StoredEvent, traceparent: string | null): OutgoingMessage => ({
  topic: TOPICS.decisions,
  key: event.subject,
  headers: {
    [DECISION_HEADERS.shard]: event.shard,
    [DECISION_HEADERS.position]: String(event.position),
    ...(asksForNothing(event.dataText) && { [DECISION_HEADERS.asks]: ASKS_FOR_NOTHING }),
    'content-type': CLOUD_EVENT_CONTENT_TYPE,
    ...(traceparent === null ? {} : { traceparent }),
  },
  value: messageValue(event),
});

/** As it is stored; nothing that a policy says can be taken for it, since quotes within texts are escaped. */
const DESIRED = '"desired":';
const NOTHING_ASKED = `${DESIRED}${JSON.stringify(AVAILABLE)}`;

/** It stands near the end: searched from there, what the policies said is not looked at. */
const asksForNothing = (dataText: string): boolean => dataText.startsWith(NOTHING_ASKED, dataText.lastIndexOf(DESIRED));

/** Room for the key and headers beside the value. */
const LONGEST_VALUE = MAX_MESSAGE_BYTES - 16 * 1024;

/** The decision as it is stored; one that is too long for a message leaves out what its policies said beyond the answer. */
const messageValue = (event: StoredEvent): Buffer => {
  const whole = Buffer.from(cloudEventText(event, event.dataText), 'utf8');
  if (whole.byteLength <= LONGEST_VALUE) return whole;
  const data = JSON.parse(event.dataText) as DecisionRecorded['data'];
  const results = data.results.map((result) => ({ ...result, output: '{}', ...(result.reasons && { reasons: [] }) }));
  return Buffer.from(
    cloudEventText(event, JSON.stringify({ ...data, results }), { wholeref: `/v1/decisions/${event.id}` }),
    'utf8',
  );
};

const cloudEventText = (
  event: StoredEvent,
  dataText: string,
  extensions: { readonly wholeref?: string } = {},
): string => {
  const attributes = {
    specversion: '1.0',
    id: event.id,
    source: `/weir/${event.shard}`,
    type: DECISION_EVENT_TYPE,
    time: event.occurredAt,
    subject: printable(event.subject),
    datacontenttype: 'application/json',
    shard: event.shard,
    position: String(event.position),
    ...extensions,
  };
  return `${JSON.stringify(attributes).slice(0, -1)},"data":${dataText}}`;
};

/** Text of CloudEvents holds no control characters; a repository may be named with them. */
const printable = (text: string): string => text.replaceAll(/\p{Cc}/gu, '\ufffd');
