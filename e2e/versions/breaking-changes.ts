import type { ApiDocument, Contents, Operation, Parameter } from './api-document.ts'
import { brokenSchema, type Versions } from './breaking-schemas.ts'

/**
 * Says what a client that was written to `before` trips over at `now`: it sends what is no longer taken, or misses in an
 * answer what was always there. What is new it passes over, new words in an answer among it.
 */
export function breakingChanges(before: ApiDocument, now: ApiDocument): string[] {
  return Object.entries(before.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, operation]) => {
      const successor = now.paths[path]?.[method]
      const broken =
        successor === undefined
          ? ['is gone']
          : [
              ...brokenAccess(operation, successor),
              ...brokenRequest({ way: 'request', before, now }, operation, successor),
              ...brokenAnswers({ way: 'answer', before, now }, operation, successor),
            ]
      return broken.map((what) => `${method.toUpperCase()} ${path} ${what}`)
    }),
  )
}

const ROLES = [undefined, 'student', 'staff', 'admin']

function brokenAccess(before: Operation, now: Operation): string[] {
  const isClosed = before.security?.length === 0 && now.security?.length !== 0
  const isStricter = ROLES.indexOf(now['x-role']) > ROLES.indexOf(before['x-role'])
  return [...(isClosed ? ['needs a token'] : []), ...(isStricter ? [`is for ${now['x-role']}`] : [])]
}

const byName = (parameters: Parameter[] = []) =>
  new Map(parameters.map((parameter) => [`${parameter.in} ${parameter.name}`, parameter]))

function brokenRequest(versions: Versions, before: Operation, now: Operation): string[] {
  const [known, taken] = [byName(before.parameters), byName(now.parameters)]
  const demanded = [...taken].filter(([name, { required }]) => required && !known.get(name)?.required)
  const needsBody = now.requestBody?.required && !before.requestBody?.required
  return [
    ...demanded.map(([name]) => `${name} must be sent`),
    ...[...known].flatMap(([name, { schema }]) => {
      const successor = taken.get(name)
      return successor === undefined
        ? [`${name} is gone`]
        : brokenSchema(versions, schema, successor.schema, name)
    }),
    ...(needsBody ? ['body must be sent'] : []),
    ...brokenContents(versions, before.requestBody?.content, now.requestBody?.content, 'body'),
  ]
}

function brokenAnswers(versions: Versions, before: Operation, now: Operation): string[] {
  return Object.entries(before.responses).flatMap(([status, { headers = {}, content }]) => {
    const successor = now.responses[status]
    if (successor === undefined) return [`${status} is gone`]
    const gone = Object.keys(headers).filter((name) => !(name in (successor.headers ?? {})))
    return [
      ...gone.map((name) => `${status} has no ${name}`),
      ...brokenContents(versions, content, successor.content, status),
    ]
  })
}

function brokenContents(
  versions: Versions,
  before: Contents = {},
  now: Contents = {},
  place: string,
): string[] {
  return Object.entries(before).flatMap(([type, { schema = {} }]) =>
    now[type] === undefined
      ? [`${place} is no longer ${type}`]
      : brokenSchema(versions, schema, now[type].schema ?? {}, place),
  )
}
