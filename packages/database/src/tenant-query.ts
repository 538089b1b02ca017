import { Query, type QueryResult } from 'pg'

/** Said once on each connection, so that it need not be read by the server each time. */
export const TELL_TENANT = {
  name: 'kitroom_tenant',
  text: "select set_config('app.org_id', $1, true)",
  values: [''],
}

/** What pg's Query does with a connection and its messages; its types leave this out. */
interface Wire {
  bind: (bound: { statement: string; values: readonly string[] }) => void
  execute: (portal: object) => void
}
interface Conversing {
  prepare(wire: Wire): void
  requiresPreparation(): boolean
  handleDataRow(message: unknown): void
  handleCommandComplete(message: unknown, wire: Wire): void
}
/** As pg's types have it; there is no error where all is well. */
export type Heard = (error: Error, result: QueryResult<object>) => void
const Conversation = Query as unknown as new (
  config: { text: string; values: unknown[]; name?: string },
  callback: Heard,
) => Conversing

/**
 * A statement of one organisation, in a transaction of its own that is no more than these two: who it is for, and what it
 * asks. Sent before one Sync they are one transaction (PostgreSQL, “Extended Query”), so what the first sets ends with the
 * second, whatever comes of it.
 */
export class TenantQuery extends Conversation {
  readonly #orgId: string
  #told = false

  constructor(orgId: string, config: { text: string; values: unknown[]; name?: string }, callback: Heard) {
    super(config, callback)
    this.#orgId = orgId
  }

  override requiresPreparation(): boolean {
    return true
  }

  override prepare(wire: Wire): void {
    wire.bind({ statement: TELL_TENANT.name, values: [this.#orgId] })
    wire.execute({})
    super.prepare(wire)
  }

  override handleDataRow(message: unknown): void {
    if (this.#told) super.handleDataRow(message)
  }

  override handleCommandComplete(message: unknown, wire: Wire): void {
    if (this.#told) super.handleCommandComplete(message, wire)
    else this.#told = true
  }
}
