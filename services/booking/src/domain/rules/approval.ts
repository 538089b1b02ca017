export type Approval = 'REQUIRED' | 'AUTOMATIC'

/** Who says yes to a booking: somebody, or the policy itself. */
export interface ApprovalPolicy {
  /** For resources of types that have none of their own. */
  readonly otherwise: Approval
  readonly byType: ReadonlyMap<string, Approval>
}

/** Whether a booking of resources of these types is approved as soon as it has its units: when each of them is. */
export const isAutomatic = ({ otherwise, byType }: ApprovalPolicy, types: Iterable<string>): boolean =>
  [...types].every((type) => (byType.get(type) ?? otherwise) === 'AUTOMATIC')
