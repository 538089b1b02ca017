import type { Logger } from '@kitroom/http'

import type { Visit } from './visit.ts'

/** One line for each request, when it is over. Neither URL nor headers: queries hold names, headers hold tokens. */
export const accessLog =
  (logger: Logger) =>
  ({ request, response, requestId, facts }: Visit): void => {
    const began = performance.now()
    response.on('close', () => {
      const fields = {
        method: request.method,
        ...facts,
        status: response.statusCode,
        ms: Math.round(performance.now() - began),
        request_id: requestId,
        ...(response.writableFinished ? {} : { aborted: true }),
      }
      logger.info(fields, 'request')
    })
  }
