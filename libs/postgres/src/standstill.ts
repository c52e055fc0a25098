/**
 * A fault of this process, whatever it is given to do: only another one, such as an updated one, goes on. No message is
 * to blame, so none is set aside or buried for it; trying again here does not help.
 */
export class Standstill extends Error {
  override readonly name: string = 'Standstill';
}
