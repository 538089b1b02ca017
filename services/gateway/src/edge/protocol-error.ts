/** A request that breaks HTTP itself or one of its limits. The connection is not to be trusted any further. */
export class ProtocolError extends Error {
  readonly status: 400 | 408 | 414 | 431

  constructor(status: ProtocolError['status'], detail: string) {
    super(detail)
    this.name = 'ProtocolError'
    this.status = status
  }
}
