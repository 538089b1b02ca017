import { randomUUID } from 'node:crypto'

import { type Endpoint, Problem } from '@kitroom/contracts'

import type { Heard, Letter, Wire } from '../wire.ts'

/** A bad request and what must be heard. */
export interface Trial {
  operation: Pick<Endpoint, 'name'>
  /** What is bad about it. */
  fault: string
  letter: Letter
  /** Any of these; most faults have exactly one. */
  codes: readonly string[]
  /** Where the first entry of `errors` must point. */
  place?: string
}

/** What names the inside: stacks, statements, libraries, folders, types of errors. */
const INSIDE =
  /node_modules|\.ts\b|\.js\b|\bat [\w.<>]+ \(|\/(src|dist|home|tmp|usr)\/|\b(select|insert|update|delete) .*\b(from|into|set)\b|postgres|kysely|mikro|zod|express|nats|grpc|ECONN|SQLSTATE|TypeError|SyntaxError|RangeError|undefined|\[object/i

/**
 * Sends bad requests and says what is wrong with the answers: nothing, when each of them is the refusal it must be.
 * Never a 5xx, always a problem document with the request's own id, and nothing of the inside.
 */
export async function misjudged({ send }: Wire, trials: readonly Trial[]): Promise<string[]> {
  const complaints = await Promise.all(
    trials.map(async ({ operation, fault, letter, codes, place }) => {
      const requestId = randomUUID()
      const headers = [...(letter.headers ?? []), ['X-Request-Id', requestId] satisfies [string, string]]
      const heard = await send({ ...letter, headers }).catch((error: unknown) => String(error))
      const complaint = typeof heard === 'string' ? heard : complaintAbout(heard, requestId, codes, place)
      return complaint === undefined ? [] : [`${operation.name}, ${fault}: ${complaint}`]
    }),
  )
  return complaints.flat()
}

/** What is wrong with a refusal; undefined when nothing is. */
export function complaintAbout(
  { status, headers, text }: Heard,
  requestId: string,
  codes: readonly string[],
  place?: string,
): string | undefined {
  const said = `${status} ${text.slice(0, 400)}`
  if (status < 400 || status > 499) return `not refused: ${said}`
  if (headers['content-type'] !== 'application/problem+json; charset=utf-8')
    return `no problem document: ${said}`
  const parsed = Problem.safeParse(JSON.parse(text))
  if (!parsed.success) return `not a problem: ${parsed.error.message} ${said}`
  const { code, type, instance, title, request_id, errors = [] } = parsed.data
  if (!codes.includes(code)) return `not ${codes.join(' or ')}: ${said}`
  if (parsed.data.status !== status || type !== `/problems/${code}`) return `contradicts itself: ${said}`
  if (request_id !== requestId || headers['x-request-id'] !== requestId)
    return `is not about this request: ${said}`
  if (code === 'internal' || title === '') return `is unknown: ${said}`
  if (headers['x-powered-by'] !== undefined || INSIDE.test(text.replace(instance, '')))
    return `tells: ${said}`
  const [first] = errors
  const firstPlace = first?.pointer ?? first?.parameter ?? first?.header
  if (place !== undefined && firstPlace !== place) return `points elsewhere than ${place}: ${said}`
  return undefined
}
