/** Bytes that processes may still take here: of the machine, or of the container that this one is in. */
export function availableMemory(): number {
  return process.availableMemory();
}
