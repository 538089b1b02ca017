import { z } from 'zod'

/** The body of a PATCH: the fields to change, at least one of them. */
export const change = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z
    .strictObject(shape)
    .refine((fields) => Object.keys(fields).length > 0, {
      error: 'Name at least one field to change.',
      when: ({ issues }) => issues.length === 0,
    })
    .meta({ minProperties: 1 })
