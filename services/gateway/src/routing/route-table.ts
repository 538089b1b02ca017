import type { Endpoint } from '@kitroom/contracts'

/** A path of the contract with the methods it knows. */
export interface KnownPath {
  /** For the `Allow` header. */
  allow: string
  /** The endpoint for a method; HEAD is answered by GET's. */
  endpointFor: (method: string) => Endpoint | undefined
}

interface Template extends KnownPath {
  /** null where any text may stand. */
  segments: readonly (string | null)[]
}

/**
 * Finds what the contract says of a path, compared as it was sent: case counts, a trailing slash is another path, and
 * nothing is decoded, so that a service that decodes later cannot be led to another route than the one judged here.
 * @param endpoints with a fixed path before the one that would swallow it, as ENDPOINTS has them
 */
export function routeTable(endpoints: readonly Endpoint[]): (path: string) => KnownPath | undefined {
  const shapes = Map.groupBy(endpoints, ({ path }) => path.replaceAll(/\{\w+\}/g, '{}'))
  const templates = [...shapes].map(([shape, ofPath]) => template(shape, ofPath))
  const byLength = Map.groupBy(templates, ({ segments }) => segments.length)
  return (path) => {
    const sent = path.split('/')
    return byLength.get(sent.length)?.find(({ segments }) => fits(segments, sent))
  }
}

function template(shape: string, endpoints: readonly Endpoint[]): Template {
  const byMethod = new Map<string, Endpoint>(endpoints.map((endpoint) => [endpoint.method, endpoint]))
  const get = byMethod.get('GET')
  if (get !== undefined) byMethod.set('HEAD', get)
  return {
    segments: shape.split('/').map((segment) => (segment === '{}' ? null : segment)),
    allow: [...byMethod.keys(), 'OPTIONS'].toSorted().join(', '),
    endpointFor: (method) => byMethod.get(method),
  }
}

function fits(segments: Template['segments'], sent: readonly string[]): boolean {
  return segments.every((segment, at) => (segment === null ? sent[at] !== '' : segment === sent[at]))
}
