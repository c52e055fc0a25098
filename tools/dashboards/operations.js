import { gauge, increase, orZero, quantile, rate, rateOf, total } from './panels.js';

/** For whoever keeps it running: is it keeping up, and if not, where does it stick. */
export const operations = {
  uid: 'weir-operations',
  title: 'Weir: operations',
  description: 'Whether events become decisions in time, and where they wait when they do not.',
  logs: { title: 'Warnings and faults', expr: '{service_namespace="weir"} | json | level >= 40' },
  sections: [
    {
      heading: 'Is it keeping up?',
      panels: [
        { title: 'Events accepted', kind: 'stat', unit: 'ops', help: 'Durable in their topic, a second.', queries: { events: rate('eventsAccepted') }, traces: '{resource.service.name="ingest"}' },
        { title: 'Decisions', kind: 'stat', unit: 'ops', help: 'Committed to the log, a second.', queries: { decisions: rate('decisions') }, traces: '{name="weir.evaluation.evaluate"}' },
        { title: 'Messages waiting', kind: 'stat', help: 'Of all lanes together.', queries: { waiting: total('lag') }, traces: '{name="weir.topics.handle"}', warnAbove: 10_000 },
        { title: 'Dead letters', kind: 'stat', help: 'Messages that no handler could take, over the time shown. List and replay them with weir dead-letters.', queries: { 'dead letters': orZero(increase('deadLetters')) }, traces: '{status=error}', warnAbove: 1 },
        { title: 'From event to decision', unit: 's', help: 'From accepting an event to its decision being committed.', queries: { p50: quantile(0.5, 'decisionLatency'), p99: quantile(0.99, 'decisionLatency') }, traces: '{name="weir.evaluation.evaluate"}' },
        { title: 'Lag by lane', help: 'Messages that a group has not handled yet.', queries: { '{{group}} {{topic}}': total('lag', 'group', 'topic') }, traces: '{name="weir.topics.handle"}' },
        { title: 'Lag by partition', help: 'One partition that stays behind the others holds a package that is slow, or its owner is gone.', queries: { '{{topic}}/{{partition}}': gauge('lag', 'topic', 'partition') }, traces: '{name="weir.topics.handle"}' },
        { title: 'Messages set aside', help: 'A minute: those that faulted alone and wait in a retry topic, with those of their key behind them.', queries: { '{{group}} {{topic}}': `60 * (${rate('messagesSetAside', 'group', 'topic')})` }, traces: '{status=error}' },
        { title: 'Batches that failed', help: 'They are handed over again; a few after a restart are no harm.', queries: { '{{group}} {{topic}}': rate('batchFaults', 'group', 'topic') }, traces: '{status=error}' },
      ],
    },
    {
      heading: 'Where does the time go?',
      panels: [
        { title: 'Batch, p99', unit: 's', help: 'One batch of each lane, its commit included.', queries: { '{{group}} {{topic}}': quantile(0.99, 'batchDuration', 'group', 'topic') }, traces: '{name="weir.topics.handle"}' },
        { title: 'Messages in a batch, p50', help: 'Batches grow under load; that is how it catches up.', queries: { '{{topic}}': quantile(0.5, 'batchSize', 'topic') }, traces: '{name="weir.topics.handle"}' },
        { title: 'Append to the log', unit: 's', help: 'One transaction with its commit.', queries: { p50: quantile(0.5, 'appendDuration'), p99: quantile(0.99, 'appendDuration') }, traces: '{name="weir.log.append"}' },
        { title: 'Messages handled', unit: 'ops', help: 'By group and topic.', queries: { '{{group}} {{topic}}': rate('messagesHandled', 'group', 'topic') }, traces: '{name="weir.topics.handle"}' },
        { title: 'Requests', unit: 'reqps', help: 'By service and status.', queries: { '{{service}} {{status}}': rateOf('requests', 'service', 'status') }, traces: '{kind=server}' },
        { title: 'Requests, p99', unit: 's', help: 'By service.', queries: { '{{service}}': quantile(0.99, 'requests', 'service') }, traces: '{kind=server}' },
      ],
    },
    {
      heading: 'What is stored and sent',
      panels: [
        { title: 'Events in the log', help: 'By shard. Shards grow alike when keys spread well.', queries: { '{{shard}}': gauge('logSize', 'shard') }, traces: '{name="weir.log.append"}' },
        { title: 'Standing still', help: 'Shards at an event that a newer Weir wrote. GET /ready names it; update the process.', queries: { '{{service}}': total('unknownEvents', 'service') }, traces: '{status=error}', warnAbove: 1 },
        { title: 'Packages to look at again', help: 'Queued by a change of a feed.', queries: { packages: gauge('reassessmentsPending') }, traces: '{name="weir.enrichment.reassess"}' },
        { title: 'Webhooks', unit: 'ops', help: 'Attempts by endpoint and outcome.', queries: { '{{endpoint}} {{outcome}}': rate('deliveries', 'endpoint', 'outcome') }, traces: '{name="weir.action.send_webhook"}' },
        { title: 'Webhooks, p99', unit: 's', help: 'How long endpoints take to answer.', queries: { '{{endpoint}}': quantile(0.99, 'deliveryDuration', 'endpoint') }, traces: '{name="weir.action.send_webhook"}' },
        { title: 'Effects pending and failed', help: 'Failed ones were given up and stay so.', queries: { '{{status}}': gauge('effectsOpen', 'status') }, traces: '{name="weir.action.act"}' },
      ],
    },
    {
      heading: 'Processes',
      panels: [
        { title: 'Memory', unit: 'bytes', help: 'Resident.', queries: { '{{instance}}': gauge('processMemory', 'instance') }, traces: '{}' },
        { title: 'CPU', unit: 'percentunit', help: '1 is one core.', queries: { '{{instance}}': rate('processCpu', 'instance') }, traces: '{}' },
        { title: 'Event loop delay, p99', unit: 's', help: 'Above a tenth of a second something computes too long at once.', queries: { '{{instance}}': gauge('eventLoopDelay', 'instance') }, traces: '{}', warnAbove: 0.1 },
      ],
    },
  ],
};
