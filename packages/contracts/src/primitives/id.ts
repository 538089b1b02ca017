import { z } from 'zod'

/** An id: 32 hexadecimal digits in the dashed form, in any case; lower case after parsing. */
export const Id = z
  .guid('Write an id as a UUID in its dashed form, such as 01941f29-7c00-7000-8000-000000000000.')
  .toLowerCase()

const NIL = '00000000-0000-0000-0000-000000000000'

/** The id of an organisation as `X-Org-Id` carries it. The nil UUID names nobody (RFC 9562 §5.9), so it is refused. */
export const OrgId = Id.refine((id) => id !== NIL, 'The nil UUID is not the id of an organisation.')
