import { Failure } from '@kitroom/errors'

/** A word of the organisation's own to find resources by. */
export class Tag {
  id: string
  orgId: string
  name: string
  version!: number
  createdAt: Date
  updatedAt: Date

  constructor(identity: { id: string; orgId: string }, name: string, now: Date) {
    this.id = identity.id
    this.orgId = identity.orgId
    this.name = name
    this.createdAt = now
    this.updatedAt = now
  }

  rename(name: string, now: Date): void {
    if (name === this.name) return
    this.name = name
    this.updatedAt = now
  }
}

/** The refusal of a name that another tag has. */
export const tagTaken = (name: string): Failure =>
  new Failure('already-exists', `There is a tag named “${name}” in this organisation already.`)
