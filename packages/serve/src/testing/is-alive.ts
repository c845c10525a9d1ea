/** Whether a process runs: signal 0 is delivered to nobody and fails where there is none. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
