import { endpoint } from '../endpoint.ts'
import { ResourceType } from '../inventory/resource.ts'
import { TagName } from '../inventory/tag.ts'
import { listQuery, pageOf } from '../list.ts'
import { Instant } from '../primitives/instant.ts'
import { BooleanParameter, repeatable } from '../primitives/parameter.ts'
import { interval, MAX_DAYS } from '../primitives/period.ts'
import { text } from '../primitives/text.ts'
import { LendableResource } from './lendable-resource.ts'

export const searchAvailability = endpoint({
  name: 'searchAvailability',
  service: 'booking',
  method: 'GET',
  path: '/availability',
  access: 'student',
  summary: 'What can be borrowed for a time',
  description:
    'Resources with units that are free for the whole of `[from, to)`. `units_free` counts the units that nothing keeps at any moment of that time and of the organisation’s buffer after it, as things stand; a loan that is overdue keeps its unit until it is back. A booking may get more, because others are moved between like units when that makes room; it gets fewer only when somebody was quicker or a rule of lending forbids it.',
  query: listQuery({
    filters: {
      from: Instant,
      to: Instant.describe(`The first instant after the time; at most ${MAX_DAYS} days after \`from\`.`),
      type: ResourceType.optional(),
      tag: repeatable(TagName).optional().describe('Name of a tag; of several, all must match.'),
      q: text(200).optional().describe('Part of the name, description, serial number or a barcode.'),
      available_only: BooleanParameter.default(true).describe(
        'Leave out resources of which no unit is free; true when left out.',
      ),
    },
    sortable: ['name'],
    defaultSort: 'name',
  }).superRefine(interval('from', 'to', MAX_DAYS)),
  replies: { 200: pageOf(LendableResource) },
  failures: ['dependency-unavailable'],
})
