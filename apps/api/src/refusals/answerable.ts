import { UnknownEvent } from '@weir/event-store';
import { problem, ProblemError, type ProblemDocument } from '@weir/service';

/** What a client is told of an event that this process does not know: which one, and the cure. */
export const unknownEventProblem = ({ message }: UnknownEvent): ProblemDocument => problem(503, message);

/** The work of a request: an unknown event in the log is a 503 problem there, and no fault of the service. */
export const answerable = <T>(work: Promise<T>): Promise<T> =>
  work.catch((fault: unknown) => {
    throw fault instanceof UnknownEvent ? new ProblemError(unknownEventProblem(fault), { cause: fault }) : fault;
  });
