/** The topic that was being read is not there any more; another one may have its name. Who read it must look again. */
export class TopicReplaced extends Error {
  override readonly name: string = 'TopicReplaced';

  constructor(readonly topic: string) {
    super(`topic ${topic} is not the one that was read until now: it was deleted, or its cluster is another one`);
  }
}
