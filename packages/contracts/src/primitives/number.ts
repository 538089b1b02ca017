import { z } from 'zod'

/** The largest `integer` of PostgreSQL. */
const INT32 = 2_147_483_647

/** A whole JSON number between `min` and `max`. Texts, fractions, -0 and numbers beyond 2^53 are refused. */
export const integer = (min: number, max: number) =>
  z
    .int(`Write a whole number between ${min} and ${max}.`)
    .min(min, `Write at least ${min}.`)
    .max(max, `Write at most ${max}.`)
    .refine((value) => !Object.is(value, -0), 'Write 0 without a sign.')

/** A positive amount in the minor unit of its currency; as wide as PostgreSQL's `integer`. */
export const Cents = integer(1, INT32).describe('Amount in minor units, such as cents.')

/** How often an object was written, counted from 1; its ETag is the same number in quotation marks. */
export const Version = integer(1, INT32).describe('Rises with every change; also the ETag.')
