/** The fields of a change that were named; a field left out stays as it is, and null empties it. */
export type Given<Fields> = { [Field in keyof Fields]?: Fields[Field] | undefined }

/** Writes the named fields onto an entity. */
export function assignGiven<Entity extends object, Field extends keyof Entity>(
  entity: Entity,
  fields: Given<Pick<Entity, Field>>,
): void {
  for (const [field, value] of Object.entries(fields)) {
    if (value !== undefined) Object.assign(entity, { [field]: value })
  }
}
