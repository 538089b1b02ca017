import { AsyncLocalStorage } from 'node:async_hooks'

import { trace } from '@opentelemetry/api'

/** A request or an event somebody is working on. */
export interface Work {
  /** Absent where nobody asked: a job. */
  requestId?: string
  /** Absent until it is known, and where no organisation is concerned. */
  orgId?: string
}

/** The attribute of spans that names the organisation. */
export const ORGANIZATION = 'kitroom.org.id'

const inHand = new AsyncLocalStorage<Work>()

/** Does some work, so that whatever is logged or traced on its way says what it belongs to. */
export const working = <T>(work: Work, run: () => T): T => inHand.run({ ...inHand.getStore(), ...work }, run)

/** What is being worked on here, if anything. */
export const workInHand = (): Readonly<Work> | undefined => inHand.getStore()

/** Notes whose work it is, once that is known: for what follows, and for the span that is open. */
export function concerning(orgId: string): void {
  const work = inHand.getStore()
  if (work !== undefined) work.orgId = orgId
  trace.getActiveSpan()?.setAttribute(ORGANIZATION, orgId)
}
