import type { Logger } from '@kitroom/http'
import type { RequestHandler, Response } from 'express'

/** What is known of a request beyond its first line. */
interface Facts {
  endpoint?: string
  /** Where it came from, and why the gateway refused it: who tries doors shows in these (AUT-19). */
  address?: string
  refused?: string
  user_id?: string
  org_id?: string
}

/** Adds to the line a request leaves in the log. */
export function note(response: Response, facts: Facts): void {
  Object.assign((response.locals['facts'] ??= {}) as Facts, facts)
}

/** One line for each request, when it is over. Neither URL nor headers: queries hold names, headers hold tokens. */
export function accessLog(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const began = performance.now()
    response.once('close', () => {
      const fields = {
        method: request.method,
        ...(response.locals['facts'] as Facts | undefined),
        status: response.statusCode,
        ms: Math.round(performance.now() - began),
        request_id: String(response.locals['requestId']),
        ...(response.writableFinished ? {} : { aborted: true }),
      }
      logger.info(fields, 'request')
    })
    next()
  }
}
