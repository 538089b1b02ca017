/** The organisation a request is about: a field that every method with one has. */
export function organizationOf(request: object): string | undefined {
  const orgId = 'org_id' in request ? request.org_id : undefined
  return typeof orgId === 'string' && orgId !== '' ? orgId : undefined
}
