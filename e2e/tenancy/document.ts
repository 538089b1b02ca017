import { type Endpoint, ENDPOINTS } from '@kitroom/contracts'

type Schema = Record<string, unknown> & {
  $ref?: string
  properties?: Record<string, Schema>
  items?: Schema
}

interface Described {
  operationId: string
  'x-role'?: string
  security: object[]
  parameters: { name: string; in: string; schema: Schema }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, object>
}

export interface OpenApi {
  paths: Record<string, Record<string, Described>>
  components: { schemas: Record<string, Schema> }
}

/** An operation as the running gateway describes it, with the endpoint that other tests know it by. */
export interface Operation extends Described {
  endpoint: Endpoint
}

/** The document a client would read. */
export const documentOf = async (url: string): Promise<OpenApi> =>
  (await (await fetch(`${url}/openapi.json`)).json()) as OpenApi

/** @throws Error naming an operation that is described and not in the contract, or the other way round */
export function operationsOf({ paths }: OpenApi): Operation[] {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => {
      const endpoint = ENDPOINTS.find((known) => known.path === path && known.method.toLowerCase() === method)
      if (endpoint === undefined) throw new Error(`${described.operationId} is not in the contract.`)
      return { ...described, endpoint }
    }),
  )
  const missing = ENDPOINTS.filter(({ name }) => !operations.some(({ operationId }) => operationId === name))
  if (missing.length > 0) throw new Error(`Not described: ${missing.map(({ name }) => name).join(', ')}`)
  return operations
}

const NAMES_A_THING = /(^|_)ids?$|^(requester|user|actor|on_behalf_of)$/
const BRANCHES = ['anyOf', 'oneOf', 'allOf']

/** Where a schema takes an id: by its format, or by its name. */
function idsIn(
  schema: Schema,
  path: string,
  { components }: OpenApi,
  seen: readonly string[] = [],
): string[] {
  const name = schema.$ref?.split('/').at(-1)
  if (name !== undefined) {
    const known = components.schemas[name]
    return known === undefined || seen.includes(name)
      ? []
      : idsIn(known, path, { paths: {}, components }, [...seen, name])
  }
  const inner = (part: Schema, at: string) => idsIn(part, at, { paths: {}, components }, seen)
  const last = path.split(/[/?]/).at(-1) ?? ''
  return [
    ...(schema['format'] === 'uuid' || NAMES_A_THING.test(last) ? [path] : []),
    ...BRANCHES.flatMap((kind) => ((schema[kind] ?? []) as Schema[]).flatMap((part) => inner(part, path))),
    ...Object.entries(schema.properties ?? {}).flatMap(([member, part]) => inner(part, `${path}/${member}`)),
    ...(schema.items === undefined ? [] : inner(schema.items, path)),
  ]
}

/** Every place of an operation's body and query that names a thing: `/items/resource_id`, `?requester`. */
export function placesOfIds({ requestBody, parameters }: Operation, document: OpenApi): string[] {
  const body = requestBody?.content['application/json']?.schema
  const query = parameters.filter((parameter) => parameter.in === 'query')
  return [
    ...new Set([
      ...(body === undefined ? [] : idsIn(body, '', document)),
      ...query.flatMap(({ name, schema }) => idsIn(schema, `?${name}`, document)),
    ]),
  ]
}
