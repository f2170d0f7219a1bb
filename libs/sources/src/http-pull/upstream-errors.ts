/** The upstream refuses us in a way that no repetition mends (wrong key, wrong address). The message is Chinese. */
export class UpstreamRefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UpstreamRefusedError';
  }
}
