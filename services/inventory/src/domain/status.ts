/** Whether a kind of thing is lent at all. */
export type ResourceStatus = 'AVAILABLE' | 'MAINTENANCE' | 'DISABLED'

/** Whether one thing is there to be lent. */
export type UnitStatus = 'AVAILABLE' | 'MAINTENANCE' | 'LOST' | 'RETIRED'

export type UnitCondition = 'NEW' | 'GOOD' | 'WORN' | 'DAMAGED'
