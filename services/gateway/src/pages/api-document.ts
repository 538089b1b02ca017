import { ENDPOINTS, Problem } from '@kitroom/contracts'
import { openApi } from '@kitroom/http'

const DESCRIPTION = `Kitroom lends a university's equipment: it says what there is and when it is free, takes bookings,
hands units out and takes them back, and never lends one twice.

Sign in with \`POST /auth/login\`, put the \`access_token\` under *Authorize*, and send the \`id\` of one of your
organisations as \`X-Org-Id\`. Every refusal is \`application/problem+json\`; its \`type\` leads to a page that explains it.

What breaks HTTP itself is refused with 400, 408, 414 or 431 whatever it asks for; an unknown path with 404, an unknown method
with 405 and \`Allow\`.`

/** The one OpenAPI document of the whole system, from the very schemas the services validate with. */
export const apiDocument = (): Record<string, unknown> =>
  openApi(ENDPOINTS, Problem, { title: 'Kitroom', version: '1.0.0', description: DESCRIPTION })
