/** A run of OPA asked for more than one policy may cost. Its message is meant for the author and says the cure. */
export class OpaOverran extends Error {
  override readonly name = 'OpaOverran';
}
