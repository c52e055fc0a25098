/** Tells the time; passed in, so that tests and stories can set it. */
export type Clock = () => Date;
