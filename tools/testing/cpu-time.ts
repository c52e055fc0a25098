/** Milliseconds of processor time this process has used: what work costs, however busy the machine is with other things. */
export const cpuMillis = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
