import { z } from 'zod'

import { change } from '../../primitives/change.ts'

/** Rules with the default of each. */
type Rules = Record<string, z.ZodDefault<z.ZodType>>

type Changed<Shape extends Rules> = { [Key in keyof Shape]: z.ZodOptional<ReturnType<Shape[Key]['unwrap']>> }

/** The same rules as the body of a change: each may be left out and then keeps its value, none has a default. */
export const changed = <Shape extends Rules>(rules: Shape): Changed<Shape> =>
  Object.fromEntries(
    Object.entries(rules).map(([rule, schema]) => [rule, schema.unwrap().optional()]),
  ) as Changed<Shape>

/** Rules that are changed together or one by one: as they are kept, and as they are changed. */
export const group = <Shape extends Rules>(id: string, rules: Shape) => ({
  kept: z.object(rules).meta({ id }),
  change: change(changed(rules)),
})

export const MINUTES_OF_A_WEEK = 7 * 24 * 60
export const DAYS_OF_TEN_YEARS = 3660
export const MOST_CENTS = 100_000_000
