/** As much of an OpenAPI document as clients rely on. */
export interface ApiDocument {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

export interface Operation {
  security?: object[]
  'x-role'?: string
  parameters?: Parameter[]
  requestBody?: { required?: boolean; content: Contents }
  responses: Record<string, { headers?: object; content?: Contents }>
}

export interface Parameter {
  name: string
  in: string
  required?: boolean
  schema: Schema
}

export type Contents = Record<string, { schema?: Schema }>

export interface Schema extends Partial<Record<Bound, number>> {
  $ref?: string
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  /** Only ever what else is asked of an object. */
  oneOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  items?: Schema
}

export type Bound =
  | 'maxLength'
  | 'maxItems'
  | 'maximum'
  | 'exclusiveMaximum'
  | 'minLength'
  | 'minItems'
  | 'minimum'
  | 'exclusiveMinimum'
