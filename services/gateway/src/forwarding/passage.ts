import { AsyncResource } from 'node:async_hooks'

import { Failure } from '@kitroom/errors'
import { STATEMENT_REFUSED_HEADER } from '@kitroom/http'
import type { Dispatcher } from 'undici'

import type { Visit } from '../edge/visit.ts'
import { SMALL_BYTES } from './body-limit.ts'
import { passOn } from './pass-on.ts'

type Headers = Parameters<typeof passOn>[1]

const notBelieved = () =>
  new Failure('dependency-unavailable', 'A service does not believe the gateway now, so nothing was done.', {
    retryAfterSeconds: 1,
  })

/**
 * A request on its way to a service, and the answer on its way back: not kept unless it is small, and read only as fast
 * as the client takes it. undici calls back from whatever its connection was opened for; an AsyncResource, since what is written to
 * the client, and logged when that is over, belongs to this request.
 */
export class Passage extends AsyncResource implements Dispatcher.DispatchHandler {
  /** Fulfilled when the answer has been handed on, or nobody waits for it any more; rejected when there is none. */
  readonly over: Promise<void>
  private readonly settle = Promise.withResolvers<undefined>()
  private readonly visit: Visit
  private controller: Dispatcher.DispatchController | undefined
  /** A small answer, which is waited for and leaves in one packet. Its body as text in which each character is a byte. */
  private small: { status: number; headers: Headers; body: string } | undefined

  constructor(visit: Visit) {
    super('Passage')
    this.visit = visit
    this.over = this.settle.promise
    visit.response.on('close', () => this.giveUp())
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller
    if (this.visit.response.destroyed) this.giveUp()
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    // A 401 would send the user to sign in again, which helps nobody: one of our clocks is wrong, or a key.
    if (status === 401 && headers[STATEMENT_REFUSED_HEADER] !== undefined) controller.abort(notBelieved())
    else if (Number(headers['content-length']) <= SMALL_BYTES) this.small = { status, headers, body: '' }
    else this.runInAsyncScope(passOn, undefined, status, headers, this.visit)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.small !== undefined) {
      this.small.body += chunk.toString('latin1')
      return
    }
    if (this.runInAsyncScope(() => this.visit.response.write(chunk))) return
    controller.pause()
    this.visit.response.once('drain', () => controller.resume())
  }

  onResponseEnd(): void {
    this.controller = undefined
    this.runInAsyncScope(() => {
      const { small, visit } = this
      if (small !== undefined) passOn(small.status, small.headers, visit)
      visit.response.end(small?.body, 'latin1')
    })
    this.settle.resolve(undefined)
  }

  onResponseError(_: unknown, error: Error): void {
    this.settle.reject(error)
  }

  /** Nobody waits any more; after the whole answer there is nothing left to abort. */
  private giveUp(): void {
    this.settle.resolve(undefined)
    this.controller?.abort(new Error('The client has gone.'))
  }
}
