import { z } from 'zod'

/** The body of a PATCH: the fields to change, at least one of them. */
export const change = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z
    .strictObject(shape)
    .refine((fields) => Object.keys(fields).length > 0, 'Name at least one field to change.')
    .meta({ minProperties: 1 })

/** The body of an action that asks for nothing more: left out or `{}`. */
export const NoFields = z.strictObject({})
