import { z } from 'zod'

import { change } from '../primitives/change.ts'
import { Id } from '../primitives/id.ts'
import { InstantText } from '../primitives/instant.ts'
import { Version } from '../primitives/number.ts'
import { name } from '../primitives/text.ts'

/** A tag's name, unique in its organisation. */
export const TagName = name(100)

export const Tag = z
  .object({ id: Id, org_id: Id, name: z.string(), version: Version, created_at: InstantText })
  .meta({ id: 'Tag' })
export type Tag = z.infer<typeof Tag>

export const NewTag = z.strictObject({ name: TagName })
export type NewTag = z.infer<typeof NewTag>

export const TagChange = change({ name: TagName.optional() })
export type TagChange = z.infer<typeof TagChange>

/** The tags of a resource, by name; those that do not exist yet are made. */
export const TagNames = z
  .array(TagName)
  .max(50, 'Give at most 50 tags.')
  .superRefine((names, context) => {
    names.forEach((tag, index) => {
      if (names.indexOf(tag) === index) return
      context.addIssue({ code: 'custom', path: [index], message: 'This tag is named twice.' })
    })
  })
