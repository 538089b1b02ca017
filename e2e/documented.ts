import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

/** An answer as any client can tell it. */
export interface Spoken {
  method: string
  /** With its query, as it was sent. */
  path: string
  status: number
  header: (name: string) => string | undefined
  text: string
}

interface Documented {
  headers?: Record<string, { $ref: string }>
  content?: Record<string, object>
}

interface ApiDocument {
  paths: Record<string, Record<string, { operationId: string; responses: Record<string, Documented> }>>
  components: { headers: Record<string, { schema: object }> }
}

/** What breaks HTTP itself is no request for an operation. */
const BREAKS_HTTP = [408, 414, 431]

/** What every answer carries, whatever it is (AUT-17, AUT-18). */
const GUARDS: Record<string, RegExp> = {
  'x-content-type-options': /^nosniff$/,
  'content-security-policy': /frame-ancestors 'none'/,
  'referrer-policy': /^no-referrer$/,
  'strict-transport-security': /max-age=\d+/,
  // Only what anybody may read is kept, and says for how long.
  'cache-control': /^(no-store|public, max-age=3600)$/,
}

const pointer = (...steps: string[]) =>
  steps.map((step) => `/${encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('')

/** Holds answers against one OpenAPI document (API-8). */
class DocumentCheck {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true })
  readonly #compiled = new Map<string, ValidateFunction>()
  readonly #operations: { pattern: RegExp; path: string; methods: ApiDocument['paths'][string] }[]

  constructor(document: ApiDocument) {
    // Its types are those of CommonJS; Node gives the function itself.
    ;(addFormats as unknown as (ajv: Ajv2020) => void)(this.#ajv)
    this.#ajv.addFormat('password', true)
    this.#ajv.addSchema(document, 'api')
    this.#operations = Object.entries(document.paths)
      .map(([path, methods]) => ({
        path,
        methods,
        pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
      }))
      .toSorted((a, b) => a.path.split('{').length - b.path.split('{').length)
  }

  /** What is wrong with an answer; undefined when it is as the document says. */
  complaint(spoken: Spoken): string | undefined {
    const { method, path, status, text } = spoken
    const wrong = this.#unguarded(spoken) ?? this.#undocumented(spoken)
    return wrong === undefined
      ? undefined
      : `${method} ${path} answered ${status}, ${wrong}: ${text.slice(0, 500)}`
  }

  #unguarded({ header }: Spoken): string | undefined {
    const missing = Object.entries(GUARDS).find(([name, value]) => !value.test(header(name) ?? ''))
    return missing === undefined ? undefined : `without ${missing[0]}`
  }

  #undocumented(spoken: Spoken): string | undefined {
    const { status, path } = spoken
    const bare = path.split('?', 1)[0] ?? ''
    const known = this.#operations.find(({ pattern }) => pattern.test(bare))
    const method = spoken.method.toLowerCase()
    const operation = known?.methods[method === 'head' ? 'get' : method]
    if (BREAKS_HTTP.includes(status)) return this.#noProblem(spoken)
    if (known === undefined)
      return [400, 404].includes(status) ? this.#noProblem(spoken) : 'on an unknown path'
    if (method === 'options') return status === 204 ? undefined : 'to OPTIONS'
    if (operation === undefined) {
      const isRefused = status === 405 && spoken.header('allow') !== undefined
      return isRefused ? this.#noProblem(spoken) : 'to an unknown method'
    }
    const documented = operation.responses[status]
    if (documented === undefined) return `which ${operation.operationId} does not document`
    const place = ['paths', known.path, method === 'head' ? 'get' : method, 'responses', String(status)]
    return this.#wrongHeaders(spoken, documented) ?? this.#wrongBody(spoken, documented, place)
  }

  #wrongHeaders({ header }: Spoken, { headers = {} }: Documented): string | undefined {
    const wrong = Object.entries(headers).find(([name, { $ref }]) => {
      const value = header(name)
      return value === undefined || !this.#isValid(`${$ref}/schema`, value)
    })
    return wrong === undefined ? undefined : `its ${wrong[0]} being ${String(header(wrong[0]))}`
  }

  #wrongBody(spoken: Spoken, { content }: Documented, place: string[]): string | undefined {
    if (spoken.method === 'HEAD') return undefined
    if (content === undefined) return spoken.text === '' ? undefined : 'with a body nobody promised'
    const type = spoken.header('content-type')?.split(';', 1)[0] ?? 'nothing'
    if (!(type in content)) return `in ${type}`
    return this.#invalid(`#${pointer(...place, 'content', type, 'schema')}`, bodyOf(type, spoken.text))
  }

  #noProblem({ header, text }: Spoken): string | undefined {
    const type = header('content-type')?.split(';', 1)[0] ?? 'nothing'
    if (type !== 'application/problem+json') return `in ${type}`
    return this.#invalid('#/components/schemas/Problem', bodyOf(type, text))
  }

  #invalid(schema: string, value: unknown): string | undefined {
    const validate = this.#validator(schema)
    return validate(value) ? undefined : this.#ajv.errorsText(validate.errors)
  }

  #isValid(schema: string, value: unknown): boolean {
    return this.#invalid(schema, value) === undefined
  }

  #validator(schema: string): ValidateFunction {
    const known = this.#compiled.get(schema)
    if (known !== undefined) return known
    const compiled = this.#ajv.getSchema(`api${schema}`)
    if (compiled === undefined) throw new Error(`The document has no ${schema}.`)
    this.#compiled.set(schema, compiled)
    return compiled
  }
}

function bodyOf(type: string, text: string): unknown {
  if (!type.endsWith('json')) return text
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const checks = new Map<string, Promise<DocumentCheck>>()

async function documentOf(url: string): Promise<DocumentCheck> {
  const response = await fetch(`${url}/openapi.json`)
  if (!response.ok) throw new Error(`${url} serves no document: ${response.status}`)
  return new DocumentCheck((await response.json()) as ApiDocument)
}

/**
 * Holds an answer of the system at `url` to the OpenAPI document that it serves; every client here sends through it.
 * @throws Error saying what is undocumented
 */
export async function requireDocumented(url: string, spoken: Spoken): Promise<void> {
  const { origin } = new URL(url)
  const asked = checks.get(origin) ?? documentOf(origin)
  checks.set(origin, asked)
  asked.catch(() => checks.delete(origin))
  const complaint = (await asked).complaint(spoken)
  if (complaint !== undefined) throw new Error(complaint)
}
